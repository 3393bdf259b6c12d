-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme: its list that was taken back last
select list_id from list where district = $1 and programme_id = $2 and withdrawn_at is not null order by withdrawn_at desc, list_id limit 1
