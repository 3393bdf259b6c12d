-- $1 district $2 list: all that count: neither replaced, dropped nor ended; newest version last
select n.notice_id, n.programme_id, n.list_id, n.kind, n.number, n.title, n.state, n.basis, n.organisers, n.how_to_object, n.contact,
       n.working_days, n.count_start_day, n.publish_at, n.published_at, n.start_day, n.end_day, n.content_sha256, n.version,
       n.follows, n.revision
from notice n where n.district = $1 and n.list_id = $2 and n.state not in ('replaced', 'dropped', 'ended')
order by n.version, n.created_at, n.notice_id
