-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 case, $3 state it is in, $4 new state, $5 now, $6 account
update reevaluation_case set state = $4, confirmed_at = $5, confirmed_by = $6
 where district = $1 and case_id = $2 and state = $3
