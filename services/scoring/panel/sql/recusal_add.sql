-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 expert, $4 subject, $5 kind, $6 note, $7 account, $8 now
insert into recusal (district, panel_id, expert_id, subject_id, kind, note, account, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
