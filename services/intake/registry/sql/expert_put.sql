-- $1 city, $2 at, $3 account, $4 cause, then as in expert_diff
with put as (
    insert into expert (district, expert_id, name, employer, residence, enterprise_links, sample)
    select $1, u.id, u.name, u.employer, u.residence, coalesce(string_to_array(u.links, ';'), '{}'), coalesce(u.sample::boolean, false)
      from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[]) as u(id, name, employer, residence, links, sample)
    on conflict (district, expert_id) do update set name = excluded.name, employer = excluded.employer, residence = excluded.residence,
        enterprise_links = excluded.enterprise_links, sample = excluded.sample
    returning *)
insert into registry_history (district, kind, subject_id, at, account, cause_id, content)
select district, 'expert', expert_id, $2::timestamptz, $3, $4::uuid, to_jsonb(put) from put
