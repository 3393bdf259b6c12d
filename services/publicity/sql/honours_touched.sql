-- $1 subject that changed $2 site it left, or null: the held honours of all districts that this may concern,
-- locked until the end
select h.district, h.honour_id, h.programme_id, h.category, h.title, h.subject_id, h.subject_kind, h.name, h.year, h.state, h.plaque,
       h.plaque_state, h.enterprise_id, h.subdistrict, h.granted_day, h.ended_day, h.reason, h.due_day, h.overdue
from honour h
where h.state = 'held' and (h.subject_id = $1 or h.enterprise_id = $1 or h.subject_id = $2)
order by h.district, h.honour_id
for update of h
