-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme, $3 all of it, or only $4 enterprises', committees' and $5 subdistricts' own, $6 state or null, $7 after, $8 at most
select district, case_id, programme_id, honour_id, subject_id, name, category, state, verdict, notes,
       enterprise_id, subdistrict, since_day, site, material, place_id
  from held_case
 where district = $1 and programme_id = $2 and case_id > $7
   and ($3::boolean or subject_id = any($4::text[]) or enterprise_id = any($4::text[]) or subdistrict = any($5::text[]))
   and ($6::text is null or state = $6)
 order by case_id
 limit $8
