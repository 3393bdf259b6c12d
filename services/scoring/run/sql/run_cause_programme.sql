-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme
select published_at from programme where district = $1 and programme_id = $2
