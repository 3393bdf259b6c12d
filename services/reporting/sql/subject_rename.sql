-- $1 district; of each row: $2 subject, $3 name. Of one subject the last row counts.
update subject s set name = e.name
  from (select distinct on (subject_id collate "C") subject_id, name
          from unnest($2::text[], $3::text[]) with ordinality e(subject_id, name, nth)
         order by subject_id collate "C", nth desc) e
 where s.district = $1 and s.subject_id = e.subject_id
