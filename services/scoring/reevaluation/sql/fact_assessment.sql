-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 year, $3 enterprises, the acting one last: the latest assessment, of the acting one if it has any
select assessment_id as id, grade
  from assessment
 where district = $1 and year = $2 and enterprise_id = any($3::text[])
   and not exists (select from set_aside x where x.district = $1 and x.thing = 'assessment' and x.id = assessment_id)
 order by array_position($3::text[], enterprise_id) desc, seq desc
 limit 1
