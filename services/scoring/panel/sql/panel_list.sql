-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme
select panel_id, programme_id, title, state from panel where district = $1 and programme_id = $2 order by opened_at, panel_id
