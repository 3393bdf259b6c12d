-- $1 district, $2 enterprise, $3 year, $4 known at: the last step of each deduction up to that instant
select distinct on (deduction_id) deduction_id, subject_kind, subject_id, enterprise_id, behaviour, rule_version, points_milli, on_day,
    state, project_id, site_id, document, project_area_m2, enterprise_area_m2
from deduction_ledger
where district = $1 and enterprise_id = $2 and extract(year from on_day)::bigint = $3 and at <= $4::timestamptz
order by deduction_id, seq desc
