-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme: what is judged by it stands still until the end
select programme_id from programme where district = $1 and programme_id = $2 for update
