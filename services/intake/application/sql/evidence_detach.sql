-- $1 district, $2 application, $3 sha256, $4 rubric line or '', $5 at, $6 account, $7 field or ''
update evidence set detached_at = $5::timestamptz, detached_by = $6
 where district = $1 and application_id = $2::uuid and file_sha256 = $3 and rubric_line = $4 and field = $7 and detached_at is null
