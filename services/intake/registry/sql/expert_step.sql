-- $1 city, $2 expert, $3 state before, $4 after, $5 at, $6 account, $7 cause
with put as (
    update expert set state = $4 where district = $1 and expert_id = $2 and state = $3
    returning *)
insert into registry_history (district, kind, subject_id, at, account, cause_id, content)
select district, 'expert', expert_id, $5::timestamptz, $6, $7::uuid, to_jsonb(put) from put
