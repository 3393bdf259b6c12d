-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 after, $3 at most
select seq, algorithm, prev_hash, hash, incident_id, on_day, enterprise_id, site_id, kind, serious, description, account,
       iso(recorded_at) as recorded_at
  from incident where district = $1 and seq > $2 order by seq limit $3
