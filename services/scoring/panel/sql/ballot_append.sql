-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 seq, $3 wall time, $4 digest, $5 panel, $6 expert, $7 subject, $8 points, $9 comment, $10 account, $11 now
insert into ballot (district, seq, wall_at, digest, panel_id, expert_id, subject_id, points_milli, comment, account, cast_at)
values ($1, $2, $3::timestamptz, $4, $5, $6, $7, $8, $9, $10, $11)
