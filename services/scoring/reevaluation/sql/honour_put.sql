-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 honour, $3 programme, $4 category, $5 title, $6 subject, $7 name, $8 year, $9 state, $10 enterprise,
-- $11 subdistrict, $12 day of the grant, $13 day it ended, $14 why
insert into honour (district, honour_id, programme_id, category, title, subject_id, name, year, state, enterprise_id,
                    subdistrict, granted_day, ended_day, reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::date, $13::date, $14)
on conflict (district, honour_id) do update
   set category = excluded.category, title = excluded.title, subject_id = excluded.subject_id, name = excluded.name,
       year = excluded.year, state = excluded.state, enterprise_id = excluded.enterprise_id,
       subdistrict = excluded.subdistrict, granted_day = excluded.granted_day, ended_day = excluded.ended_day,
       reason = excluded.reason
