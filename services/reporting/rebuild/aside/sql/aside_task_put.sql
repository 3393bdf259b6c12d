-- $1 district; of each row: $2 kind, $3 thing, $4 who of several, $5 source, $6 1: it waits, 0: not any more, $7 at, $8 rank, $9 position,
-- $10 kind of thing, $11 programme, $12 subject, $13 name, $14 role, $15 term that names the role, $16 region, $17 whom it must speak for,
-- $18 due, $19 term that names the day
insert into reporting_aside.task (district, kind, thing_id, who, source, waits, at, rank, position, thing_kind, programme_id, subject_id, name, role, role_term, region,
       holder, due_at, due_term)
select $1, kind, thing_id, who, source, waits <> 0, at, rank, position, thing_kind, programme_id, subject_id, name, role, role_term,
       region, holder, due_at, due_term
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::timestamptz[], $8::bigint[], $9::bigint[], $10::text[],
       $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::timestamptz[], $19::text[])
       e(kind, thing_id, who, source, waits, at, rank, position, thing_kind, programme_id, subject_id, name, role, role_term, region,
       holder, due_at, due_term)
