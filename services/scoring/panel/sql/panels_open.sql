-- SPDX-License-Identifier: Apache-2.0
-- $1 district or null for all: panels that are open; nobody else writes to them until the end
select district, panel_id, programme_id from panel
 where ($1::text is null or district = $1) and state = 'open'
 order by district, panel_id
   for update
