-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 evidence as conditions name it ("incident <id>"): cases judged by it and not confirmed, forwarded ones too
select k.district, k.case_id, k.programme_id, k.honour_id, k.subject_id, k.name, k.category, k.state, k.verdict, k.notes,
       k.enterprise_id, k.subdistrict, k.since_day, k.site, k.material, k.place_id
  from held_case k
 where k.district = $1 and k.state in ('judged', 'forwarded')
   and exists (select from case_condition n
                where n.district = k.district and n.case_id = k.case_id and $2 = any(string_to_array(n.evidence, E'\n')))
 order by k.case_id
