-- $1 district, $2 project, $3 at, $4 account, $5 cause
with put as (
    update project set left_day = null where district = $1 and project_id = $2 and left_day is not null
    returning *)
insert into registry_history (district, kind, subject_id, at, account, cause_id, content)
select district, 'project', project_id, $3::timestamptz, $4, $5::uuid, to_jsonb(put) from put
