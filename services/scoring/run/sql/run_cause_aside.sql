-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 thing, $3 id: by which correction it was set aside
select correction_id, at from set_aside where district = $1 and thing = $2 and id = $3
