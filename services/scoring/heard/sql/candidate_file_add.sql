-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 application, $3 place, $4 sha256, $5 name, $6 media type, $7 size, $8 rubric line, $9 attached at, $10 by whom
insert into candidate_file (district, application_id, n, file_sha256, file_name, media_type, size, rubric_line, attached_at, account)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
