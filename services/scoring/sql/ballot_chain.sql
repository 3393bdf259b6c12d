-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 after, $3 at most
select seq, algorithm, prev_hash, hash, panel_id, expert_id, subject_id, points_milli, comment, account, iso(cast_at) as cast_at
  from ballot
 where district = $1 and seq > $2
 order by seq
 limit $3
