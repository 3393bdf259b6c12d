-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme, $3 an expert or null: has he a seat
select p.panel_id, p.programme_id, p.title, p.state, p.due_day, p.statement, p.submission, array_to_string(p.categories, chr(10)) as categories,
       exists (select from panel_expert e where e.district = p.district and e.panel_id = p.panel_id and e.expert_id = $3 and e.left_at is null) as seated
  from panel p where p.district = $1 and p.programme_id = $2 order by p.opened_at, p.panel_id
