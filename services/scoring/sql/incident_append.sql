-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 seq, $3 algorithm, $4 previous hash, $5 hash, $6 id, $7 day, $8 enterprise, $9 site, $10 kind, $11 serious,
-- $12 description, $13 account, $14 now
insert into incident (district, seq, algorithm, prev_hash, hash, incident_id, on_day, enterprise_id, site_id, kind, serious,
                      description, account, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7::date, $8, $9, $10, $11, $12, $13, $14)
