-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 run, $3 decision, $4 group, $5 subjects best first, $6 document, $7 account, $8 now
insert into tie_decision (district, run_id, decision_id, quota_group, subjects, document, account, at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
