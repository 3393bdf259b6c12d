-- $1 district, $2 at, $3 account, $4 cause, then as in committee_diff
with put as (
    insert into committee (district, committee_id, name, site_id, term, members, party_members, from_day, to_day, filed_day, sample)
    select $1, u.id, u.name, u.site_id, substring(u.id from '-Y([0-9]+)$')::bigint, u.members::bigint, u.party_members::bigint,
        u.from_day::date, u.to_day::date, u.filed_day::date, coalesce(u.sample::boolean, false)
      from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[])
          as u(id, name, site_id, members, party_members, from_day, to_day, filed_day, sample)
    on conflict (district, committee_id) do update set name = excluded.name, members = excluded.members,
        party_members = excluded.party_members, from_day = excluded.from_day, to_day = excluded.to_day,
        filed_day = excluded.filed_day, sample = excluded.sample
    returning *)
insert into registry_history (district, kind, subject_id, at, account, cause_id, content)
select district, 'committee', committee_id, $2::timestamptz, $3, $4::uuid, to_jsonb(put) from put
