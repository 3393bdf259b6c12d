-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 inspection, $3 lines, $4 points, $5 remarks
insert into inspection_line (district, inspection_id, rubric_line, points_milli, remark)
select $1, $2, l.rubric_line, l.points_milli, l.remark
  from unnest($3::text[], $4::bigint[], $5::text[]) as l (rubric_line, points_milli, remark)
