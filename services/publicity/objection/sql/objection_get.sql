-- $1 district $2 objection
select o.objection_id, o.notice_id, o.list_id, o.programme_id, o.subject_id, o.state, o.result, o.objector, o.contact, o.unit,
       o.grounds, o.answer, o.receipt, o.promoted, o.filed_at, o.resolved_at, o.public_summary
from objection o where o.district = $1 and o.objection_id = $2
