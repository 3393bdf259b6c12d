-- $1 district $2 the list before $3 the list: whose place is another; reserves are told from those proposed by what moved up since
select coalesce(b.subject_id, a.subject_id) as subject_id, coalesce(a.name, b.name) as name, coalesce(a.grp, b.grp) as grp,
       b.place as before, a.place as after
from (select subject_id, name, grp, rank, case when state = 'reserve' or from_reserve then 'reserve ' else 'listed ' end || rank as place
      from entry where district = $1 and list_id = $2) b
full join (select subject_id, name, grp, rank, case when state = 'reserve' or from_reserve then 'reserve ' else 'listed ' end || rank as place
      from entry where district = $1 and list_id = $3) a on a.subject_id = b.subject_id
where a.place is distinct from b.place
order by coalesce(a.grp, b.grp), coalesce(a.rank, b.rank), 1
