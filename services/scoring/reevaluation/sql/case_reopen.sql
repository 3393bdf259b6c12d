-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 case, $3 state it is in, $4 new state: what was judged and confirmed is in the events
update reevaluation_case
   set state = $4, verdict = null, notes = '', judged_at = null, confirmed_at = null, confirmed_by = null,
       forwarded_at = null, forwarded_by = null, forward_document = null
 where district = $1 and case_id = $2 and state = $3
