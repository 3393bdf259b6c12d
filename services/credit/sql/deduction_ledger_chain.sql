-- $1 district, $2 after seq, $3 limit
select seq, algorithm, prev_hash, hash, deduction_id, step, state, iso(at), account, subject_kind, subject_id, enterprise_id, behaviour,
    rule_version, points_milli, on_day, project_id, site_id, document, project_area_m2, enterprise_area_m2, note
from deduction_ledger where district = $1 and seq > $2 order by seq limit $3
