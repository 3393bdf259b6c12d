-- $1 district, $2 application, $3 sha256, $4 rubric line or '', $5 caption or null, $6 field or ''
update evidence set caption = $5
 where district = $1 and application_id = $2::uuid and file_sha256 = $3 and rubric_line = $4 and field = $6 and detached_at is null
