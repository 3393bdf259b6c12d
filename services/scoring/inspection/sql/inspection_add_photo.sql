-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 inspection, $3 line, $4 place, $5 sha256, $6 name, $7 taken at, $8 account
insert into inspection_photo (district, inspection_id, rubric_line, n, file_sha256, file_name, taken_at, account)
values ($1, $2, $3, $4, $5, $6, $7::timestamptz, $8)
