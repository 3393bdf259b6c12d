-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme, $3 one subject or null: the candidates that a panel was opened on
select distinct k.subject_id collate "C" as subject_id
  from panel p
  join panel_candidate k on k.district = p.district and k.panel_id = p.panel_id
 where p.district = $1 and p.programme_id = $2 and ($3::text is null or k.subject_id = $3)
 order by 1
