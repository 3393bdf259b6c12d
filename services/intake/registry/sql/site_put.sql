-- $1 district, $2 at, $3 account, $4 cause, then as in site_diff
with put as (
    insert into site (district, site_id, kind, name, subdistrict, address, households, renovated, aliases, sample)
    select $1, u.id, u.kind, u.name, u.subdistrict, u.address, u.households::bigint, coalesce(u.renovated::boolean, false),
        coalesce(string_to_array(u.aliases, ';'), '{}'), coalesce(u.sample::boolean, false)
      from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[])
          as u(id, kind, name, subdistrict, address, households, renovated, aliases, sample)
    on conflict (district, site_id) do update set kind = excluded.kind, name = excluded.name, subdistrict = excluded.subdistrict,
        address = excluded.address, households = excluded.households, renovated = excluded.renovated, aliases = excluded.aliases,
        sample = excluded.sample
    returning *)
insert into registry_history (district, kind, subject_id, at, account, cause_id, content)
select district, 'site', site_id, $2::timestamptz, $3, $4::uuid, to_jsonb(put) from put
