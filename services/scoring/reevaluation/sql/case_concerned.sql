-- SPDX-License-Identifier: Apache-2.0
-- $1 district or null for all, $2 subject of a change: unsettled cases of honours it holds, serves, or took over by a merger
select k.district, k.case_id, k.programme_id, k.honour_id, k.subject_id, k.name, k.category, k.state, k.verdict, k.notes,
       k.enterprise_id, k.subdistrict, k.since_day, k.site, k.material, k.place_id
  from held_case k
 where ($1::text is null or k.district = $1) and k.state in ('open', 'judged', 'forwarded')
   and ($2 in (k.subject_id, k.enterprise_id)
        or exists (select from subject_change m
                    where m.kind = 'merged' and m.into_id = $2 and m.subject_id in (k.subject_id, k.enterprise_id)))
 order by k.district, k.case_id
