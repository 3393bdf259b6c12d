-- $1 district; of each row: $2 subject, $3 name; each subject once
update subject s set name = e.name
  from unnest($2::text[], $3::text[]) e(subject_id, name)
 where s.district = $1 and s.subject_id = e.subject_id
