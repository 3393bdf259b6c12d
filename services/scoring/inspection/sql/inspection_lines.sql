-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 inspection
select rubric_line, points_milli, remark from inspection_line where district = $1 and inspection_id = $2
 order by rubric_line collate "C"
