-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme: its list that was not taken back
select list_id from list where district = $1 and programme_id = $2 and withdrawn_at is null
