-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 deduction, $3 subject kind, $4 subject, $5 enterprise, $6 day of the behaviour, $7 site, $8 project, $9 counts
insert into credit_record (district, deduction_id, subject_kind, subject_id, enterprise_id, on_day, site_id, project_id, counts)
values ($1, $2, $3, $4, $5, $6::date, $7, $8, $9)
on conflict (district, deduction_id) do update set counts = excluded.counts
