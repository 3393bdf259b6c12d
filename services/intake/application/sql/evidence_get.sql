-- $1 district, $2 application
select file_sha256, rubric_line, file_name, media_type, size, attached_at, field, caption, account from evidence
 where district = $1 and application_id = $2::uuid and detached_at is null order by attached_at, file_sha256, rubric_line, field
