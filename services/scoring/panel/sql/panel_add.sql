-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 programme, $4 title, $5 state, $6 now
insert into panel (district, panel_id, programme_id, title, state, opened_at) values ($1, $2, $3, $4, $5, $6)
