-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 seq, $3 wall time, $4 digest, $5 id, $6 programme, $7 subject, $8 reason, $9 account, $10 now
insert into cancellation (district, seq, wall_at, digest, cancellation_id, programme_id, subject_id, reason, account, recorded_at)
values ($1, $2, $3::timestamptz, $4, $5, $6, $7, $8, $9, $10)
