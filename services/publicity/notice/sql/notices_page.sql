-- $1 district $2 also unpublished ones $3 programme or null $4 state or null $5 after this notice, or null $6 how many
select n.notice_id, n.programme_id, n.list_id, n.kind, n.number, n.title, n.state, n.basis, n.organisers, n.how_to_object, n.contact,
       n.working_days, n.count_start_day, n.publish_at, n.published_at, n.start_day, n.end_day, n.content_sha256, n.version,
       n.follows, n.revision
from notice n
where n.district = $1 and ($2::boolean or n.published_at is not null)
  and ($3::text is null or n.programme_id = $3) and ($4::text is null or n.state = $4)
  and ($5::text is null or (n.created_at, n.notice_id) >
       (select a.created_at, a.notice_id from notice a where a.district = $1 and a.notice_id = $5))
order by n.created_at, n.notice_id
limit $6
