-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 city, $3 enterprise (null: none named), $4 site or '', $5 since, $6 today: the enterprise, or whoever serves the
-- site by its newest project, and what it merged into since, in that order
with recursive line (enterprise_id, n) as (
    select e, 0
      from (select coalesce($3::text, (select j.enterprise_id from project j where j.district = $1 and j.site_id = $4
                                        order by j.from_day desc, j.project_id desc limit 1)) as e) x
     where e is not null
     union
    select m.into_id, line.n + 1
      from line
      join subject_change m on m.subject_id = line.enterprise_id and m.kind = 'merged' and m.into_id is not null
     where m.district in ($1, $2) and m.on_day between $5::date and $6::date and line.n < 8
)
select enterprise_id from line group by enterprise_id order by min(n), enterprise_id
