-- $1 district $2 notices
select x.notice_id, e.subject_id, e.category, e.grp, e.name, e.score_milli, e.rank, e.state, e.from_reserve, e.removed_reason, e.enterprise_id,
       e.enterprise_name, e.subdistrict
from notice_entry x
join entry e on e.district = x.district and e.list_id = x.list_id and e.subject_id = x.subject_id
where x.district = $1 and x.notice_id = any ($2::text[])
order by x.notice_id, e.grp, e.rank, e.subject_id
