-- $1 district; of each row: $2 subject, $3 kind, $4 name, $5 subdistrict; each subject once
insert into subject (district, subject_id, kind, name, subdistrict)
select $1, subject_id, kind, name, subdistrict
  from unnest($2::text[], $3::text[], $4::text[], $5::text[]) e(subject_id, kind, name, subdistrict)
on conflict (district, subject_id) do update set kind = excluded.kind, name = excluded.name, subdistrict = excluded.subdistrict
