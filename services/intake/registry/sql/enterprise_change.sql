-- $1 city, $2 enterprise, $3 name, $4 state, $5 merged into or null, $6 at, $7 account, $8 cause
with put as (
    update enterprise set name = $3, state = $4, into_id = coalesce($5, into_id)
     where district = $1 and enterprise_id = $2
    returning *)
insert into registry_history (district, kind, subject_id, at, account, cause_id, content)
select district, 'enterprise', enterprise_id, $6::timestamptz, $7, $8::uuid, to_jsonb(put) from put
