-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme, $3 one subject or null: the sheets in force with their lines
select i.subject_id, i.inspection_id, i.inspected_day::text as inspected_day, i.assessor, i.account, i.grade, i.total_milli,
       i.recorded_at, i.reason, l.rubric_line, l.points_milli, l.remark
  from current_inspection i
  join inspection_line l on l.district = i.district and l.inspection_id = i.inspection_id
 where i.district = $1 and i.programme_id = $2 and ($3::text is null or i.subject_id = $3)
 order by i.subject_id collate "C", l.rubric_line collate "C"
