-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 city, $3 the change that ended a subject or null, $4 subject, $5 enterprise or null, $6 when the run was made:
-- that change, else the last one of the two that was taken back since
select change_id, at
  from (select h.change_id, h.at, 1 as place from subject_change h where h.district in ($1, $2) and h.change_id = $3
        union all
        select x.change_id, x.at, 2 from change_taken_back x
         where x.district in ($1, $2) and $3::text is null and x.subject_id in ($4, $5) and x.at >= $6::timestamptz) as u
 order by place, at desc, change_id
 limit 1
