-- $1 district; of each row: $2 kind, $3 thing, $4 who of several, $5 source, $6 1: it waits, 0: not any more, $7 at, $8 rank, $9 position,
-- $10 kind of thing, $11 programme, $12 subject, $13 name, $14 role, $15 term that names the role, $16 region, $17 whom it must speak for,
-- $18 due, $19 term that names the day; each key once
insert into task (district, kind, thing_id, who, source, waits, at, rank, position, thing_kind, programme_id, subject_id, name, role, role_term, region,
       holder, due_at, due_term)
select $1, unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), unnest($5::text[]), unnest($6::bigint[]) <> 0,
       unnest($7::timestamptz[]), unnest($8::bigint[]), unnest($9::bigint[]), unnest($10::text[]), unnest($11::text[]),
       unnest($12::text[]), unnest($13::text[]), unnest($14::text[]), unnest($15::text[]), unnest($16::text[]), unnest($17::text[]),
       unnest($18::timestamptz[]), unnest($19::text[])
on conflict (district, kind, thing_id, who, source) do update set
       waits = excluded.waits, at = excluded.at, rank = excluded.rank, position = excluded.position, thing_kind =
       excluded.thing_kind, programme_id = excluded.programme_id, subject_id = excluded.subject_id, name = excluded.name, role =
       excluded.role, role_term = excluded.role_term, region = excluded.region, holder = excluded.holder, due_at = excluded.due_at,
       due_term = excluded.due_term
