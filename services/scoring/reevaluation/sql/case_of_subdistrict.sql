-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme, $3 subdistrict: its cases that are not settled, and whether it cancelled their eligibility
select k.district, k.case_id, k.programme_id, k.honour_id, k.subject_id, k.name, k.category, k.state, k.verdict, k.notes,
       k.enterprise_id, k.subdistrict, k.since_day, k.site, k.material, k.place_id,
       exists (select from cancellation x where x.district = k.district and x.programme_id = k.programme_id
                and x.subject_id = k.subject_id) as cancelled
  from held_case k
 where k.district = $1 and k.programme_id = $2 and k.subdistrict = $3 and k.state in ('open', 'judged', 'forwarded')
 order by k.case_id
