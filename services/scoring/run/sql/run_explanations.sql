-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 run, $3 subject
select item, points_milli, rule, source, at, actor
  from run_explanation
 where district = $1 and run_id = $2 and subject_id = $3
 order by n
