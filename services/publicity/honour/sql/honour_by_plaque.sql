-- $1 district $2 plaque
select h.district, h.honour_id, h.programme_id, h.category, h.title, h.subject_id, h.subject_kind, h.name, h.year, h.state, h.plaque,
       h.plaque_state, h.enterprise_id, h.subdistrict, h.granted_day, h.ended_day, h.reason, h.due_day, h.overdue
from honour h where h.district = $1 and h.plaque = $2
order by h.state = 'annulled', h.created_at desc
limit 1
