-- $1 parts the rows are dealt into by their key, $2 the part to compare, $3 at most: rows that are not the same, byte by byte, on both sides; how
-- many there are, and how many are aside. Always a row; its key is null when there is no difference.
with l as not materialized (
    select * from progress where $1 = 1 or (hashtext(subject_id) & 2147483647) % $1 = $2
), a as (
    -- a step counts unless it was taken back later; few were, so only their keys are looked at row by row
    select p.district, p.programme_id, p.subject_id, p.category,
           bit_or(case when u.subject_id is null then p.steps
                       else p.steps & ~coalesce((select bit_or(l.steps) from reporting_aside.unprogress l
                                                  where l.district = p.district and l.programme_id = p.programme_id
                                                    and l.subject_id = p.subject_id and l.category = p.category and l.nth > p.nth), 0)
                  end) as steps
      from reporting_aside.progress p
      left join (select distinct district, programme_id, subject_id, category from reporting_aside.unprogress) u
        using (district, programme_id, subject_id, category)
     where $1 = 1 or (hashtext(p.subject_id) & 2147483647) % $1 = $2
     group by p.programme_id, p.subject_id, p.category, p.district
), found as materialized (
    select coalesce(l.district, a.district) || '/' || coalesce(l.programme_id, a.programme_id) || '/' || coalesce(l.subject_id, a.subject_id) || '/' || coalesce(l.category, a.category) as key,
           l as live, a as rebuilt
      from l full join a on l.district = a.district and l.programme_id = a.programme_id and l.subject_id = a.subject_id and l.category = a.category
     where l.district is null or a.district is null or l *<> a
)
select key, coalesce(reporting_aside.shown(live::text), '') as live, coalesce(reporting_aside.shown(rebuilt::text), '') as rebuilt,
       (select count(*) from found) as different,
       (select count(*) from l) + (select count(*) filter (where live is null) - count(*) filter (where rebuilt is null) from found) as rows
  from (select) always
  left join (select * from found order by key collate "C" limit $3) shown on true
 order by key collate "C"
