-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 list, $3 programme, $4 run, $5 reserve, $6 account, $7 now
insert into list (district, list_id, programme_id, run_id, reserve, account, at) values ($1, $2, $3, $4, $5, $6, $7)
