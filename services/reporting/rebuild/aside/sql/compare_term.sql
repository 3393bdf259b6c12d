-- $1 parts the rows are dealt into by their key, $2 the part to compare, $3 at most: rows that are not the same, byte by byte, on both sides; how
-- many there are, and how many are aside. Always a row; its key is null when there is no difference.
with l as not materialized (
    select * from programme_term where $1 = 1 or (hashtext(programme_id) & 2147483647) % $1 = $2
), a as (
    select distinct on (programme_id collate "C", name collate "C", district collate "C") district, programme_id, name, role, due_at
      from reporting_aside.programme_term where $1 = 1 or (hashtext(programme_id) & 2147483647) % $1 = $2
     order by programme_id collate "C", name collate "C", district collate "C", nth desc
), found as materialized (
    select coalesce(l.district, a.district) || '/' || coalesce(l.programme_id, a.programme_id) || '/' || coalesce(l.name, a.name) as key,
           l as live, a as rebuilt
      from l full join a on l.district = a.district and l.programme_id = a.programme_id and l.name = a.name
     where l.district is null or a.district is null or l *<> a
)
select key, coalesce(reporting_aside.shown(live::text), '') as live, coalesce(reporting_aside.shown(rebuilt::text), '') as rebuilt,
       (select count(*) from found) as different,
       (select count(*) from l) + (select count(*) filter (where live is null) - count(*) filter (where rebuilt is null) from found) as rows
  from (select) always
  left join (select * from found order by key collate "C" limit $3) shown on true
 order by key collate "C"
