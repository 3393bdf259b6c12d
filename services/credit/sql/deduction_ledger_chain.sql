-- binary
-- $1 district, $2 after seq, $3 limit
select seq, digest, wall_at, deduction_id::text, step, state, at, account, subject_kind, subject_id, enterprise_id, behaviour,
    rule_version, points_milli, on_day::text, project_id, site_id, document, project_area_m2, enterprise_area_m2, note
from deduction_ledger where district = $1 and seq > $2::bigint order by seq limit $3::bigint
