-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 inspection: all sheets of its programme and subject, newest first
select i.programme_id, i.subject_id, i.inspection_id, i.inspected_day::text as inspected_day, i.total_milli, i.grade, i.assessor, i.account,
       i.recorded_at, i.reason, i.sheet, k.inspection_id is not null as in_force
  from inspection o
  join inspection i on i.district = o.district and i.programme_id = o.programme_id and i.subject_id = o.subject_id
  left join current_inspection k on k.district = i.district and k.programme_id = i.programme_id and k.subject_id = i.subject_id
                                and k.inspection_id = i.inspection_id
 where o.district = $1 and o.inspection_id = $2
 order by i.sheet desc
