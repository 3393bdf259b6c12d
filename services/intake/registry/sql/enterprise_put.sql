-- $1 city, $2 at, $3 account, $4 cause, then as in enterprise_diff
with put as (
    insert into enterprise (district, enterprise_id, name, area_m2, party_organisation, sample)
    select $1, u.id, u.name, u.area::bigint, coalesce(u.party::boolean, false), coalesce(u.sample::boolean, false)
      from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) as u(id, name, area, party, sample)
    on conflict (district, enterprise_id) do update set name = excluded.name, area_m2 = excluded.area_m2,
        party_organisation = excluded.party_organisation, sample = excluded.sample
    returning *)
insert into registry_history (district, kind, subject_id, at, account, cause_id, content)
select district, 'enterprise', enterprise_id, $2::timestamptz, $3, $4::uuid, to_jsonb(put) from put
