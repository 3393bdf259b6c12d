-- $1 district; of each row: $2 subject, $3 section, $4 id, $5 state, $6 summary, $7 at; each key once
insert into dossier (district, subject_id, section, id, state, summary, at)
select $1, subject_id, section, id, state, summary, at
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[]) e(subject_id, section, id, state, summary, at)
on conflict (district, subject_id, section, id) do update set state = excluded.state, summary = excluded.summary, at = excluded.at
