-- SPDX-License-Identifier: Apache-2.0
-- binary
-- $1 district, $2 after, $3 at most
select seq, digest, wall_at, panel_id, expert_id, subject_id, points_milli, comment, account, cast_at
  from ballot
 where district = $1 and seq > $2::bigint
 order by seq
 limit $3::bigint
