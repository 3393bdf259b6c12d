-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 year, $3 enterprises
select total, deductions
  from credit_total
 where district = $1 and year = $2 and enterprise_id = any($3::text[])
 order by array_position($3::text[], enterprise_id)
