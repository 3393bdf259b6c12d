-- $1 district; of each row: $2 programme, $3 subject, $4 category, $5 bits of the steps reached; each key once
insert into progress (district, programme_id, subject_id, category, steps)
select $1, unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), unnest($5::bigint[])
on conflict (district, programme_id, subject_id, category) do update set steps = progress.steps | excluded.steps
 where progress.steps | excluded.steps <> progress.steps
