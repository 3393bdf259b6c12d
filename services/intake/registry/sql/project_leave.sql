-- $1 district, $2 site, $3 enterprise, $4 on which day, $5 at, $6 account, $7 cause
with put as (
    update project set left_day = $4::date
     where district = $1 and site_id = $2 and enterprise_id = $3 and left_day is null and coalesce(to_day, 'infinity') >= $4::date
    returning *)
insert into registry_history (district, kind, subject_id, at, account, cause_id, content)
select district, 'project', project_id, $5::timestamptz, $6, $7::uuid, to_jsonb(put) from put
