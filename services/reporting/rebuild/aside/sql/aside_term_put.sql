-- $1 district; of each row: $2 programme, $3 name, $4 role or null, $5 due or null
insert into reporting_aside.programme_term (district, programme_id, name, role, due_at)
select $1, programme_id, name, role, due_at
  from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[]) e(programme_id, name, role, due_at)
