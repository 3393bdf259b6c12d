-- $1 parts the rows are dealt into by their key, $2 the part to compare, $3 at most: rows that are not the same, byte by byte, on both sides; how
-- many there are, and how many are aside. Always a row; its key is null when there is no difference.
with l as not materialized (
    select * from timeline where $1 = 1 or position % $1 = $2
), a as (
    select * from reporting_aside.timeline where $1 = 1 or position % $1 = $2
), found as materialized (
    select coalesce(l.district, a.district) || '/' || coalesce(l.source, a.source) || '/' || coalesce(l.position, a.position) as key,
           l as live, a as rebuilt
      from l full join a on l.district = a.district and l.source = a.source and l.position = a.position
     where l.district is null or a.district is null or l *<> a
)
select key, coalesce(reporting_aside.shown(live::text), '') as live, coalesce(reporting_aside.shown(rebuilt::text), '') as rebuilt,
       (select count(*) from found) as different,
       (select count(*) from l) + (select count(*) filter (where live is null) - count(*) filter (where rebuilt is null) from found) as rows
  from (select) always
  left join (select * from found order by key collate "C" limit $3) shown on true
 order by key collate "C"
