-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 application, $3 place, $4 condition, $5 title, $6 fact, $7 limit, $8 met, $9 source
insert into candidate_condition (district, application_id, n, condition_id, title, fact, rule_limit, met, source)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
