-- SPDX-License-Identifier: Apache-2.0
-- $1 district or null for all, $2 programme or null for all: the lists that were neither taken back nor made final
select district, list_id, programme_id, run_id, overtaken from list
 where ($1::text is null or district = $1) and ($2::text is null or programme_id = $2) and withdrawn_at is null and final_at is null
 order by district, programme_id
