-- SPDX-License-Identifier: Apache-2.0
-- binary
-- $1 district, $2 after, $3 at most
select seq, digest, wall_at, assessment_id, year, enterprise_id, grade, document, account, recorded_at
  from assessment where district = $1 and seq > $2::bigint order by seq limit $3::bigint
