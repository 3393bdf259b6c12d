-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 city, $3 subject, $4 enterprises: what happened to them
select change_id, subject_id, kind, on_day, site_id, into_id
  from subject_change
 where district in ($1, $2) and (subject_id = $3 or subject_id = any($4::text[]))
 order by on_day, change_id
