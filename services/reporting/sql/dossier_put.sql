-- $1 district; of each row: $2 subject, $3 section, $4 id, $5 state, $6 summary, $7 at; each key once
insert into dossier (district, subject_id, section, id, state, summary, at)
select $1, unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), unnest($5::text[]), unnest($6::text[]), unnest($7::timestamptz[])
on conflict (district, subject_id, section, id) do update set state = excluded.state, summary = excluded.summary, at = excluded.at
