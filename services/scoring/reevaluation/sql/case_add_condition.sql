-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 case, $3 n, $4 condition, $5 fact, $6 limit, $7 met, $8 title, $9 source, $10 evidence
insert into case_condition (district, case_id, n, condition_id, fact, rule_limit, met, title, source, evidence)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
