-- $1 district, $2 committee, $3 name, $4 state, $5 merged into: always null, $6 at, $7 account, $8 cause
with put as (
    update committee set name = $3, state = $4
     where district = $1 and committee_id = $2 and $5::text is null
    returning *)
insert into registry_history (district, kind, subject_id, at, account, cause_id, content)
select district, 'committee', committee_id, $6::timestamptz, $7, $8::uuid, to_jsonb(put) from put
