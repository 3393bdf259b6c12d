-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 honour, $3 category, $4 subject, $5 year, $6 whether it is held
insert into honour (district, honour_id, category, subject_id, year, held) values ($1, $2, $3, $4, $5, $6)
on conflict (district, honour_id) do update set held = excluded.held
