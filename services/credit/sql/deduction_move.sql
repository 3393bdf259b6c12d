-- $1 district, $2 id, $3 old state, $4 new state, $5 the day it took effect or null
update deduction set state = $4, effective_day = coalesce($5::date, effective_day)
where district = $1 and deduction_id = $2::uuid and state = $3
