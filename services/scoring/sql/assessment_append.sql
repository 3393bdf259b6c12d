-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 seq, $3 algorithm, $4 previous hash, $5 hash, $6 id, $7 year, $8 enterprise, $9 grade, $10 document, $11 account, $12 now
insert into assessment (district, seq, algorithm, prev_hash, hash, assessment_id, year, enterprise_id, grade, document, account, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
