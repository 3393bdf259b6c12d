-- $1 district, $2 kind, $3 subjects, $4 their keys (arrays of texts)
insert into name_key (district, kind, subject_id, key)
select $1, $2, u.id, u.key from unnest($3::text[], $4::text[]) as u(id, key)
on conflict do nothing
