-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme: the cases a run judges
select district, case_id, programme_id, honour_id, subject_id, name, category, state, verdict, notes,
       enterprise_id, subdistrict, since_day, site, material, place_id
  from held_case
 where district = $1 and programme_id = $2 and state in ('open', 'judged', 'forwarded')
 order by case_id
