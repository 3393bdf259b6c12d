-- SPDX-License-Identifier: Apache-2.0
-- $1 district or city, $2 subject, $3 name
with e as (update enterprise set name = $3 where district = $1 and enterprise_id = $2),
     k as (update committee set name = $3 where district = $1 and committee_id = $2)
update site set name = $3 where district = $1 and site_id = $2
