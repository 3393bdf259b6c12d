-- $1 district, $2 id, $3 programme, $4 category, $5 subject, $6 its kind, $7 name, $8 route, $9 state, $10 version, $11 subdistrict,
-- $12 enterprise, $13 its name, $14 manager, $15 role, $16 region and $17 subject of whoever drafts it,
-- on paper: $18 day it was received, $19 copies, $20 receipt, $21 the officer who enters it
insert into application (district, application_id, programme_id, category, subject_id, subject_kind, name, route, state, version, subdistrict,
    enterprise_id, enterprise_name, manager_id, drafter_role, drafter_region, drafter_subject, paper_day,
    paper_copies, paper_receipt, paper_by)
values ($1, $2::uuid, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18::date, $19, $20, $21)
