-- $1 district, $2 id, $3 subject kind, $4 subject, $5 enterprise, $6 behaviour, $7 rule version, $8 points, $9 day, $10 year, $11 state,
-- $12 project, $13 site, $14 document, $15 project area, $16 enterprise area
insert into deduction (district, deduction_id, subject_kind, subject_id, enterprise_id, behaviour, rule_version, points_milli, on_day,
    year, state, project_id, site_id, document, project_area_m2, enterprise_area_m2)
values ($1, $2::uuid, $3, $4, $5, $6, $7, $8, $9::date, $10, $11, $12, $13, $14, $15, $16)
