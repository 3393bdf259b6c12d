-- $1 city, $2 at, $3 account, $4 cause, then as in manager_diff
with put as (
    insert into manager (district, manager_id, name, enterprise_id, sample)
    select $1, u.id, u.name, u.enterprise, coalesce(u.sample::boolean, false)
      from unnest($5::text[], $6::text[], $7::text[], $8::text[]) as u(id, name, enterprise, sample)
    on conflict (district, manager_id) do update set name = excluded.name, enterprise_id = excluded.enterprise_id, sample = excluded.sample
    returning *)
insert into registry_history (district, kind, subject_id, at, account, cause_id, content)
select district, 'manager', manager_id, $2::timestamptz, $3, $4::uuid, to_jsonb(put) from put
