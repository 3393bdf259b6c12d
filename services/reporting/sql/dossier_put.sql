-- $1 district, $2 subject, $3 section, $4 id, $5 state, $6 summary, $7 at
insert into dossier (district, subject_id, section, id, state, summary, at) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (district, subject_id, section, id) do update set state = excluded.state, summary = excluded.summary, at = excluded.at
