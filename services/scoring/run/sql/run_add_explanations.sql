-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 run, $3 subject, $4 items, $5 points, $6 rules, $7 sources, $8 instants, $9 actors
insert into run_explanation (district, run_id, subject_id, n, item, points_milli, rule, source, at, actor)
select $1, $2, $3, e.n, e.item, e.points_milli, e.rule, e.source, e.at::timestamptz, e.actor
  from unnest($4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[])
       with ordinality as e (item, points_milli, rule, source, at, actor, n)
