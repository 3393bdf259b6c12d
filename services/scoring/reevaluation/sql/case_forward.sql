-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 case, $3 state it is in, $4 new state, $5 now, $6 account, $7 document
update reevaluation_case set state = $4, forwarded_at = $5, forwarded_by = $6, forward_document = $7
 where district = $1 and case_id = $2 and state = $3
