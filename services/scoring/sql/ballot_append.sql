-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 seq, $3 algorithm, $4 previous hash, $5 hash, $6 panel, $7 expert, $8 subject, $9 points, $10 comment, $11 account, $12 now
insert into ballot (district, seq, algorithm, prev_hash, hash, panel_id, expert_id, subject_id, points_milli, comment, account, cast_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
