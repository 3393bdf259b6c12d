-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 subject, $4 one expert or null: all ballots ever cast on it, newest first, and which of them count
select b.expert_id, b.points_milli, b.comment, b.cast_at, l.latest,
       exists (select from counted_ballot k
                where k.district = b.district and k.panel_id = b.panel_id and k.subject_id = b.subject_id and k.expert_id = b.expert_id)
         as counts,
       coalesce((select r.kind from standing_recusal r
                  where r.district = b.district and r.panel_id = b.panel_id and r.subject_id = b.subject_id and r.expert_id = b.expert_id),
                (select 'correction' from set_aside x
                  where x.district = b.district and x.thing = 'ballot' and x.id = b.panel_id || '/' || b.expert_id || '/' || b.subject_id))
         as set_aside
  from ballot b
  cross join lateral (select max(n.seq) = b.seq as latest from ballot n
                       where n.district = b.district and n.panel_id = b.panel_id and n.subject_id = b.subject_id
                         and n.expert_id = b.expert_id) l
 where b.district = $1 and b.panel_id = $2 and b.subject_id = $3 and ($4::text is null or b.expert_id = $4)
 order by b.seq desc
