-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 city, $3 programme, $4 today: what befell its candidates, whoever serves them, and whom those merged into, by day
with recursive line (id) as (
    select x.id
      from candidate a, unnest(array[a.subject_id, a.enterprise_id]) as x (id)
     where a.district = $1 and a.programme_id = $3 and x.id is not null
     union
    select m.into_id
      from line
      join subject_change m on m.subject_id = line.id and m.into_id is not null
     where m.district in ($1, $2) and m.on_day <= $4::date
)
select h.change_id, h.district, h.subject_id, h.kind, h.on_day, h.site_id, h.into_id
  from subject_change h
 where h.district in ($1, $2) and h.subject_id in (select id from line) and h.on_day <= $4::date
 order by h.on_day, h.change_id
