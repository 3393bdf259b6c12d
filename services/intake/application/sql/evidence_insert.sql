-- $1 district, $2 application, $3 sha256, $4 rubric line or '', $5 file name, $6 media type, $7 size, $8 at, $9 account, $10 field or ''
insert into evidence (district, application_id, file_sha256, rubric_line, file_name, media_type, size, attached_at, account, field)
values ($1, $2::uuid, $3, $4, $5, $6, $7, $8::timestamptz, $9, $10)
on conflict (district, application_id, file_sha256, rubric_line, field) do update
   set file_name = excluded.file_name, media_type = excluded.media_type, size = excluded.size, attached_at = excluded.attached_at,
       account = excluded.account, caption = null, detached_at = null, detached_by = null
 where evidence.detached_at is not null
