-- $1 district, $2 seq, $3 wall time, $4 digest, $5 deduction, $6 step, $7 state, $8 at, $9 account, $10 subject kind, $11 subject,
-- $12 enterprise, $13 behaviour, $14 rule version, $15 points, $16 day, $17 project, $18 site, $19 document, $20 project area,
-- $21 enterprise area, $22 note
insert into deduction_ledger (district, seq, wall_at, digest, deduction_id, step, state, at, account, subject_kind, subject_id,
    enterprise_id, behaviour, rule_version, points_milli, on_day, project_id, site_id, document, project_area_m2, enterprise_area_m2, note)
values ($1, $2, $3::timestamptz, $4, $5::uuid, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16::date, $17, $18, $19, $20, $21, $22)
