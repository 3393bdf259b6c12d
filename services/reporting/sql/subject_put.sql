-- $1 district; of each row: $2 subject, $3 kind, $4 name, $5 subdistrict; each subject once
insert into subject (district, subject_id, kind, name, subdistrict)
select $1, unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), unnest($5::text[])
on conflict (district, subject_id) do update set kind = excluded.kind, name = excluded.name, subdistrict = excluded.subdistrict
