-- $1 district, $2 enterprise or null, $3 year or null, $4 id to begin after or null, $5 limit
select deduction_id, subject_kind, subject_id, enterprise_id, behaviour, rule_version, points_milli, on_day, year, state, project_id,
    site_id, document, project_area_m2, enterprise_area_m2, effective_day
from deduction
where district = $1 and ($2::text is null or enterprise_id = $2) and ($3::bigint is null or year = $3)
    and ($4::uuid is null or deduction_id > $4::uuid)
order by deduction_id limit $5
