-- $1 district, $2 seq, $3 algorithm, $4 previous hash, $5 hash, $6 deduction, $7 step, $8 state, $9 at, $10 account, $11 subject kind, $12 subject,
-- $13 enterprise, $14 behaviour, $15 rule version, $16 points, $17 day, $18 project, $19 site, $20 document, $21 project area,
-- $22 enterprise area, $23 note
insert into deduction_ledger (district, seq, algorithm, prev_hash, hash, deduction_id, step, state, at, account, subject_kind, subject_id,
    enterprise_id, behaviour, rule_version, points_milli, on_day, project_id, site_id, document, project_area_m2, enterprise_area_m2, note)
values ($1, $2, $3, $4, $5, $6::uuid, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17::date, $18, $19, $20, $21, $22, $23)
