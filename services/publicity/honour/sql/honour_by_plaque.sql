-- $1 district $2 key of the plaque
select h.district, h.honour_id, h.programme_id, h.category, h.title, h.subject_id, h.subject_kind, h.name, h.year, h.state, h.plaque,
       h.plaque_state, h.enterprise_id, h.subdistrict, h.granted_day, h.ended_day, h.reason, h.due_day, h.overdue
from plaque_key k join honour h on h.district = k.district and h.honour_id = k.honour_id
where k.district = $1 and k.plaque_key = $2
order by h.state = 'annulled', h.created_at desc
limit 1
