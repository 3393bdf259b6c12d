-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 seq, $3 wall time, $4 digest, $5 id, $6 year, $7 enterprise, $8 grade, $9 document, $10 account, $11 now
insert into assessment (district, seq, wall_at, digest, assessment_id, year, enterprise_id, grade, document, account, recorded_at)
values ($1, $2, $3::timestamptz, $4, $5, $6, $7, $8, $9, $10, $11)
