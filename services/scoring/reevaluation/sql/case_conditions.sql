-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 cases
select case_id, condition_id, fact, rule_limit, met, title, source, evidence
  from case_condition
 where district = $1 and case_id = any($2::text[])
 order by case_id, n
