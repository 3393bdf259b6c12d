-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 programme, $4 title, $5 state, $6 now, $7 due day or null, $8 statement or null, $9 whether ballots are handed in, $10 categories
insert into panel (district, panel_id, programme_id, title, state, opened_at, due_day, statement, submission, categories)
values ($1, $2, $3, $4, $5, $6, $7::date, $8, $9, $10)
