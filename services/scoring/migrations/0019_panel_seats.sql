-- SPDX-License-Identifier: Apache-2.0
-- Seats that are given up or added while a panel is open, its due day, what its experts declare and hand in.
alter table panel add column due_day date, add column statement text, add column submission boolean not null default false,
                  add column closed_reason text;
alter table panel_expert add column left_at timestamptz, add column left_reason text, add column statement_at timestamptz,
                         add column submitted_at timestamptz, add column ballots_sha256 text;

-- Whose seat was given up stands aside from nobody any more, and his ballots do not count: both stay on record.
create or replace view standing_recusal as
select r.* from recusal r
 where r.withdrawn_by = ''
   and not exists (select from panel_expert e
                    where e.district = r.district and e.panel_id = r.panel_id and e.expert_id = r.expert_id and e.left_at is not null);

create or replace view counted_ballot as
select distinct on (b.district, b.panel_id, b.subject_id, b.expert_id)
       b.district, b.panel_id, b.subject_id, b.expert_id, b.points_milli, b.account, b.cast_at
  from ballot b
 where not exists (select from standing_recusal r
                    where r.district = b.district and r.panel_id = b.panel_id and r.expert_id = b.expert_id
                      and r.subject_id = b.subject_id)
   and not exists (select from panel_expert e
                    where e.district = b.district and e.panel_id = b.panel_id and e.expert_id = b.expert_id and e.left_at is not null)
   and not exists (select from set_aside x
                    where x.district = b.district and x.thing = 'ballot'
                      and x.id = b.panel_id || '/' || b.expert_id || '/' || b.subject_id)
 order by b.district, b.panel_id, b.subject_id, b.expert_id, b.seq desc;
