-- $1 district, $2 manager, $3 year
select deduction_id, subject_kind, points_milli, on_day, state, enterprise_id, project_area_m2, enterprise_area_m2
from deduction where district = $1 and subject_kind = 'manager' and subject_id = $2 and year = $3 order by on_day, deduction_id
