-- $1 district, $2 committees, $3 their new states, $4 at, $5 account, $6 cause
with put as (
    update committee k set state = u.state
      from unnest($2::text[], $3::text[]) as u(id, state)
     where k.district = $1 and k.committee_id = u.id
    returning k.district, k.committee_id, k.name, k.site_id, k.term, k.members, k.party_members, k.from_day, k.to_day, k.filed_day,
              k.sample, k.state)
insert into registry_history (district, kind, subject_id, at, account, cause_id, content)
select district, 'committee', committee_id, $4::timestamptz, $5, $6::uuid, to_jsonb(put) from put
