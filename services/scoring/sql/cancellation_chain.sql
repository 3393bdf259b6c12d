-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 after, $3 at most
select seq, algorithm, prev_hash, hash, cancellation_id, programme_id, subject_id, reason, account, iso(recorded_at) as recorded_at
  from cancellation where district = $1 and seq > $2 order by seq limit $3
