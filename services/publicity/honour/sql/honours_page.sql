-- $1 district $2 programme or null $3 subject or null $4 state or null $5 year or null $6 after this honour, or null $7 how many
select h.district, h.honour_id, h.programme_id, h.category, h.title, h.subject_id, h.subject_kind, h.name, h.year, h.state, h.plaque,
       h.plaque_state, h.enterprise_id, h.subdistrict, h.granted_day, h.ended_day, h.reason, h.due_day, h.overdue
from honour h
where h.district = $1 and ($2::text is null or h.programme_id = $2) and ($3::text is null or h.subject_id = $3)
  and ($4::text is null or h.state = $4) and ($5::bigint is null or h.year = $5)
  and ($6::text is null or (h.created_at, h.plaque) >
       (select a.created_at, a.plaque from honour a where a.district = $1 and a.honour_id = $6))
order by h.created_at, h.plaque
limit $7
