-- $1 district $2 objections
select objection_id, file_sha256, file_name, media_type, size from objection_file
where district = $1 and objection_id = any($2::text[]) order by objection_id, n
