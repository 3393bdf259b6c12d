-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 run, $3 programme, $4 its version, $5 panel, $6 result, $7 its sha256, $8 account, $9 now
insert into run (district, run_id, programme_id, programme_version, panel_id, result, result_sha256, account, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
