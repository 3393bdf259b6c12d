-- $1 district, $2 id
select deduction_id, subject_kind, subject_id, enterprise_id, behaviour, rule_version, points_milli, on_day, year, state, project_id,
    site_id, document, project_area_m2, enterprise_area_m2, effective_day
from deduction where district = $1 and deduction_id = $2::uuid
