-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel
select panel_id, programme_id, title, state, closed_at, closed_by, due_day, statement, submission, array_to_string(categories, chr(10)) as categories from panel where district = $1 and panel_id = $2
