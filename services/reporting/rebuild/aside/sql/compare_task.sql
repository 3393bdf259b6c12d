-- $1 parts the rows are dealt into by their key, $2 the part to compare, $3 at most: rows that are not the same, byte by byte, on both sides; how
-- many there are, and how many are aside. Always a row; its key is null when there is no difference.
with l as not materialized (
    select * from task where $1 = 1 or (hashtext(thing_id) & 2147483647) % $1 = $2
), a as (
    select distinct on (thing_id collate "C", kind collate "C", who collate "C", source collate "C", district collate "C") district, kind, thing_id, who, source, waits, at, rank, position, thing_kind, programme_id, subject_id, name, role,
           role_term, region, holder, due_at, due_term
      from reporting_aside.task where $1 = 1 or (hashtext(thing_id) & 2147483647) % $1 = $2
     order by thing_id collate "C", kind collate "C", who collate "C", source collate "C", district collate "C", nth desc
), found as materialized (
    select coalesce(l.district, a.district) || '/' || coalesce(l.thing_id, a.thing_id) || '/' || coalesce(l.kind, a.kind) || '/' || coalesce(l.who, a.who) || '/' || coalesce(l.source, a.source) as key,
           l as live, a as rebuilt
      from l full join a on l.district = a.district and l.thing_id = a.thing_id and l.kind = a.kind and l.who = a.who and l.source = a.source
     where l.district is null or a.district is null or l *<> a
)
select key, coalesce(reporting_aside.shown(live::text), '') as live, coalesce(reporting_aside.shown(rebuilt::text), '') as rebuilt,
       (select count(*) from found) as different,
       (select count(*) from l) + (select count(*) filter (where live is null) - count(*) filter (where rebuilt is null) from found) as rows
  from (select) always
  left join (select * from found order by key collate "C" limit $3) shown on true
 order by key collate "C"
