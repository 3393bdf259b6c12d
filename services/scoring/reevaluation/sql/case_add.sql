-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 case, $3 programme, $4 honour, $5 state, $6 now
insert into reevaluation_case (district, case_id, programme_id, honour_id, state, opened_at) values ($1, $2, $3, $4, $5, $6)
