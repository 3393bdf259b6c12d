-- SPDX-License-Identifier: Apache-2.0
-- A declared conflict is withdrawn by a correction; it may be declared again. An expert whose registration ended is not seated.
-- Among the recusals of a panel those that stand are one for each expert and candidate; what was withdrawn stays beside them.
alter table recusal add column withdrawn_by text not null default ''; -- the correction; '': it stands
alter table recusal drop constraint recusal_pkey, add primary key (district, panel_id, expert_id, subject_id, withdrawn_by);
create view standing_recusal as select * from recusal where withdrawn_by = '';
alter table expert add column state text not null default 'registered';

create or replace view counted_ballot as
select distinct on (b.district, b.panel_id, b.subject_id, b.expert_id)
       b.district, b.panel_id, b.subject_id, b.expert_id, b.points_milli, b.account, b.cast_at
  from ballot b
 where not exists (select from standing_recusal r
                    where r.district = b.district and r.panel_id = b.panel_id and r.expert_id = b.expert_id
                      and r.subject_id = b.subject_id)
   and not exists (select from set_aside x
                    where x.district = b.district and x.thing = 'ballot'
                      and x.id = b.panel_id || '/' || b.expert_id || '/' || b.subject_id)
 order by b.district, b.panel_id, b.subject_id, b.expert_id, b.seq desc;
