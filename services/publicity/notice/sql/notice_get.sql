-- $1 district $2 notice
select n.notice_id, n.programme_id, n.list_id, n.kind, n.number, n.title, n.state, n.basis, n.organisers, n.how_to_object, n.contact,
       n.working_days, n.count_start_day, n.publish_at, n.published_at, n.start_day, n.end_day, n.content_sha256, n.version,
       n.follows, n.revision
from notice n where n.district = $1 and n.notice_id = $2
