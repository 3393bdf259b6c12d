-- SPDX-License-Identifier: Apache-2.0
-- $1 district or city, $2 change that is off the record, $3 its subject, $4 since when
with gone as (delete from subject_change where district = $1 and change_id = $2)
insert into change_taken_back (district, change_id, subject_id, at) values ($1, $2, $3, $4)
on conflict (district, change_id) do nothing
