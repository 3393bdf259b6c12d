-- $1 district; of each row: $2 subject, $3 kind, $4 name, $5 subdistrict. Of one subject the last row counts.
insert into subject (district, subject_id, kind, name, subdistrict)
select distinct on (subject_id collate "C") $1, subject_id, kind, name, subdistrict
  from unnest($2::text[], $3::text[], $4::text[], $5::text[]) with ordinality e(subject_id, kind, name, subdistrict, nth)
 order by subject_id collate "C", nth desc
on conflict (district, subject_id) do update set kind = excluded.kind, name = excluded.name, subdistrict = excluded.subdistrict
