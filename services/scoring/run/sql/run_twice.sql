-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panels, with blanks between: a candidate before two of them
select subject_id from panel_candidate
 where district = $1 and panel_id = any(string_to_array($2, ' '))
 group by subject_id having count(*) > 1
 order by subject_id limit 1
