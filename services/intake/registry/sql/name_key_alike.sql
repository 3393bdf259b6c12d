-- $1 district, $2 kind, $3 subjects, $4 keys of their names (arrays of texts): another subject with that key, per row
select (select k.subject_id from name_key k
         where k.district = $1 and k.kind = $2 and k.key = u.key and k.subject_id <> u.id
         order by k.subject_id limit 1) as other
  from unnest($3::text[], $4::text[]) with ordinality as u(id, key, ord)
 order by u.ord
