-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 seq, $3 algorithm, $4 previous hash, $5 hash, $6 id, $7 programme, $8 subject, $9 reason, $10 account, $11 now
insert into cancellation (district, seq, algorithm, prev_hash, hash, cancellation_id, programme_id, subject_id, reason, account, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
