-- $1 district; of each row: $2 programme, $3 name, $4 role or null, $5 due or null; each name of a programme once
insert into programme_term (district, programme_id, name, role, due_at)
select $1, unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), unnest($5::timestamptz[])
on conflict (district, programme_id, name) do update set role = excluded.role, due_at = excluded.due_at
