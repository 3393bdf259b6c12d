-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 seq, $3 wall time, $4 digest, $5 id, $6 day, $7 enterprise, $8 site, $9 kind, $10 serious,
-- $11 description, $12 account, $13 now
insert into incident (district, seq, wall_at, digest, incident_id, on_day, enterprise_id, site_id, kind, serious,
                      description, account, recorded_at)
values ($1, $2, $3::timestamptz, $4, $5, $6::date, $7, $8, $9, $10, $11, $12, $13)
