-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 inspection
select rubric_line, file_sha256, file_name, taken_at from inspection_photo where district = $1 and inspection_id = $2
 order by rubric_line collate "C", n
