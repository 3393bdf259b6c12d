-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 enterprise, $3 year, $4 exact total, $5 deductions that count, one a line
insert into credit_total (district, enterprise_id, year, total, deductions)
values ($1, $2, $3, $4, $5)
on conflict (district, enterprise_id, year) do update set total = excluded.total, deductions = excluded.deductions
