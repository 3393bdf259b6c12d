-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 state it is in, $4 new state, $5 now, $6 account, $7 reason or null
update panel set state = $4, closed_at = $5, closed_by = $6, closed_reason = $7 where district = $1 and panel_id = $2 and state = $3
