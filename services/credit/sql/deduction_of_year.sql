-- $1 district, $2 enterprise, $3 year: every deduction of the year, its manager's too
select deduction_id, subject_kind, subject_id, enterprise_id, behaviour, rule_version, points_milli, on_day, year, state, project_id,
    site_id, document, project_area_m2, enterprise_area_m2, effective_day
from deduction where district = $1 and enterprise_id = $2 and year = $3 order by on_day, deduction_id
