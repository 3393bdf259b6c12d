-- SPDX-License-Identifier: Apache-2.0
-- binary
-- $1 district, $2 after, $3 at most
select seq, digest, wall_at, cancellation_id, programme_id, subject_id, reason, account, recorded_at
  from cancellation where district = $1 and seq > $2::bigint order by seq limit $3::bigint
