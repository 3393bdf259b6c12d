-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme: its panel that is open
select panel_id from panel where district = $1 and programme_id = $2 and state = 'open'
