-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 run, $3 rank of the tie, $4 its subjects, best first; only where nothing was decided
update run_subject s
   set place = $3 + o.n - 1, decided = true
  from unnest($4::text[]) with ordinality as o (subject_id, n)
 where s.district = $1 and s.run_id = $2 and s.subject_id = o.subject_id and s.rank = $3 and not s.decided
