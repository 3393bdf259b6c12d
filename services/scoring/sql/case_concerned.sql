-- SPDX-License-Identifier: Apache-2.0
-- $1 district or null for all, $2 subject of a change: unsettled cases of honours it holds, serves, or took over by a merger
select *
  from held_case k
 where ($1::text is null or k.district = $1) and k.state in ('open', 'judged')
   and ($2 in (k.subject_id, k.enterprise_id)
        or exists (select from subject_change m
                    where m.kind = 'merged' and m.into_id = $2 and m.subject_id in (k.subject_id, k.enterprise_id)))
 order by k.district, k.case_id
