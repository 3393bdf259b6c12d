-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 list, $3 when publicity made it final
update list set final_at = $3 where district = $1 and list_id = $2
