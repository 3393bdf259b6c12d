-- SPDX-License-Identifier: Apache-2.0
-- $1 city, $2 enterprise
select name from enterprise where district = $1 and enterprise_id = $2
