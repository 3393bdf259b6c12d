-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 thing, $3 id, $4 correction, $5 now
insert into set_aside (district, thing, id, correction_id, at) values ($1, $2, $3, $4, $5)
on conflict (district, thing, id) do nothing
