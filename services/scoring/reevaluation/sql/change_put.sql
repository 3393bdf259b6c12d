-- SPDX-License-Identifier: Apache-2.0
-- $1 district or city, $2 change, $3 subject, $4 kind, $5 day, $6 site, $7 merged into, $8 document, $9 when it was recorded
insert into subject_change (district, change_id, subject_id, kind, on_day, site_id, into_id, document, at)
values ($1, $2, $3, $4, $5::date, $6, $7, $8, $9)
on conflict (district, change_id) do nothing
