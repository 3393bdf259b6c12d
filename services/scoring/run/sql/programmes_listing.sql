-- SPDX-License-Identifier: Apache-2.0
-- $1 district or null for all, $2 programme or null for all: what is judged by them stands still until the end
select district, programme_id from programme
 where ($1::text is null or district = $1) and ($2::text is null or programme_id = $2)
 order by district, programme_id
   for update
