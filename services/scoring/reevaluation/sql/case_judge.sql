-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 case, $3 state it is in, $4 new state, $5 verdict, $6 notes, $7 now
update reevaluation_case set state = $4, verdict = $5, notes = $6, judged_at = $7
 where district = $1 and case_id = $2 and state = $3
