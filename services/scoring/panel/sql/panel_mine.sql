-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 expert: the panels he has a seat in, the newest first
select p.panel_id, p.programme_id, p.title, p.state, p.due_day, p.statement, p.submission, array_to_string(p.categories, chr(10)) as categories
  from panel p join panel_expert e on e.district = p.district and e.panel_id = p.panel_id
 where p.district = $1 and e.expert_id = $2 and e.left_at is null
 order by p.opened_at desc, p.panel_id
