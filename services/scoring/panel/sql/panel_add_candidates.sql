-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 programme, $4 categories (none: all): every subject with an accepted application, once
insert into panel_candidate (district, panel_id, subject_id, application_id)
select distinct on (subject_id) $1, $2, subject_id, application_id
  from candidate
 where district = $1 and programme_id = $3 and state = 'accepted'
   and ($4::text[] = '{}' or category = any($4::text[]))
 order by subject_id, application_id
