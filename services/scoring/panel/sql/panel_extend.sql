-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 the later day
update panel set due_day = $3::date where district = $1 and panel_id = $2 and state = 'open'
