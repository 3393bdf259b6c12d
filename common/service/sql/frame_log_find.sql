-- binary
-- $1 ids: those carried out before; reply is null when that month of the log was archived
select m.id, m.district, l.request_digest, l.reply
  from message m
  left join log l on l.district = m.district and l.seq = m.seq and l.wall_at = m.wall_at
 where m.id = any ($1::uuid[])
