-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 list, $3 what overtook it, as it is said
update list set overtaken = $3 where district = $1 and list_id = $2
