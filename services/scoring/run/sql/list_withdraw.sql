-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 list, $3 when publicity took it back
update list set withdrawn_at = $3 where district = $1 and list_id = $2 and withdrawn_at is null
