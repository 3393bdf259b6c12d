-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 application, $3 programme, $4 category, $5 subject, $6 kind, $7 name, $8 subdistrict, $9 enterprise,
-- $10 its name, $11 state, $12 since when
insert into candidate (district, application_id, programme_id, category, subject_id, subject_kind, name, subdistrict,
                       enterprise_id, enterprise_name, state, since)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (district, application_id) do update
   set category = excluded.category, subject_id = excluded.subject_id, subject_kind = excluded.subject_kind,
       name = excluded.name, subdistrict = excluded.subdistrict, enterprise_id = excluded.enterprise_id,
       enterprise_name = excluded.enterprise_name, state = excluded.state,
       since = excluded.since
