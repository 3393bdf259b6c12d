-- $1 district, $2 id, $3 state and $4 revision it was read in; $5 state, $6 version, $7 step, $8 name, $9 enterprise, $10 its name, $11 manager,
-- $12 submitted at, $13 reason
update application set state = $5, version = $6, step = $7, name = $8, enterprise_id = $9, enterprise_name = $10, manager_id = $11,
    submitted_at = $12::timestamptz, reason = $13, rev = rev + 1
 where district = $1 and application_id = $2::uuid and state = $3 and rev = $4
