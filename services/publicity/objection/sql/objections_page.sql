-- $1 district $2 programme or null $3 notice or null $4 state or null $5 after this objection, or null $6 how many
select o.objection_id, o.notice_id, o.list_id, o.programme_id, o.subject_id, o.state, o.result, o.objector, o.contact, o.unit,
       o.grounds, o.answer, o.receipt, o.promoted, o.filed_at, o.resolved_at, o.public_summary
from objection o
where o.district = $1 and ($2::text is null or o.programme_id = $2) and ($3::text is null or o.notice_id = $3)
  and ($4::text is null or o.state = $4)
  and ($5::text is null or (o.filed_at, o.objection_id) >
       (select a.filed_at, a.objection_id from objection a where a.district = $1 and a.objection_id = $5))
order by o.filed_at, o.objection_id
limit $6
