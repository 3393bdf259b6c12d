-- SPDX-License-Identifier: Apache-2.0
-- binary
-- $1 district, $2 after, $3 at most
select seq, digest, wall_at, incident_id, on_day::text, enterprise_id, site_id, kind, serious, description, account,
       recorded_at
  from incident where district = $1 and seq > $2::bigint order by seq limit $3::bigint
