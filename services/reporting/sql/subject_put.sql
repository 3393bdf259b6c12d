-- $1 district, $2 subject, $3 kind, $4 name, $5 subdistrict
insert into subject (district, subject_id, kind, name, subdistrict) values ($1, $2, $3, $4, $5)
on conflict (district, subject_id) do update set kind = excluded.kind, name = excluded.name, subdistrict = excluded.subdistrict
