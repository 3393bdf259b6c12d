-- $1 district, $2 site, $3 name, $4 state, $5 at, $6 account, $7 cause: as before a change that is taken back
with put as (
    update site set name = $3, state = $4, into_id = null
     where district = $1 and site_id = $2
    returning *)
insert into registry_history (district, kind, subject_id, at, account, cause_id, content)
select district, 'site', site_id, $5::timestamptz, $6, $7::uuid, to_jsonb(put) from put
