-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panels, with blanks between: the ballots that count, by candidate and expert
select subject_id, expert_id, points_milli, account, cast_at
  from counted_ballot
 where district = $1 and panel_id = any(string_to_array($2, ' '))
 order by subject_id collate "C", expert_id collate "C"
