-- $1 city, $2 SHA-256, $3 account, $4 media type, $5 size, $6 name, $7 at
insert into file (district, file_sha256, account, media_type, size, file_name, uploaded_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (district, file_sha256, account) do update set file_name = excluded.file_name
