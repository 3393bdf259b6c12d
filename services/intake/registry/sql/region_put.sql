-- $1 district, $2 at, $3 account, $4 cause, then as in region_diff
with put as (
    insert into region (district, code, name, from_day, to_day)
    select $1, u.id, u.name, u.from_day::date, u.to_day::date
      from unnest($5::text[], $6::text[], $7::text[], $8::text[]) as u(id, name, from_day, to_day)
    on conflict (district, code) do update set name = excluded.name, from_day = excluded.from_day, to_day = excluded.to_day
    returning *)
insert into registry_history (district, kind, subject_id, at, account, cause_id, content)
select district, 'region', code, $2::timestamptz, $3, $4::uuid, to_jsonb(put) from put
