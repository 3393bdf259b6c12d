-- SPDX-License-Identifier: Apache-2.0
-- What hearing costs is finding places in indexes. So the steps a subject reached in a programme are bits of one row (their numbers
-- are those of step_names in views.c), and keys are compared byte by byte, which is their order already.
alter table progress rename to progress_by_step;
alter index progress_pkey rename to progress_by_step_pkey;
create table progress (
    district text collate "C" not null,
    programme_id text collate "C" not null,
    subject_id text collate "C" not null,
    category text collate "C" not null,
    steps bigint not null,
    primary key (district, programme_id, subject_id, category)
);
insert into progress (district, programme_id, subject_id, category, steps)
select district, programme_id, subject_id, category, bit_or(1::bigint << number)
  from progress_by_step
  left join (values ('submitted', 0), ('returned', 1), ('refused', 2), ('withdrawn', 3), ('forwarded', 4), ('accepted', 5),
           ('scored', 6), ('proposed', 7), ('re-evaluated', 8), ('passed', 9), ('failed', 10), ('ended', 11),
           ('on notice', 12), ('removed', 13), ('final', 14), ('honoured', 15), ('revoked', 16), ('lapsed', 17)) s(step, number) using (step)
 group by district, programme_id, subject_id, category;
drop table progress_by_step;

alter table timeline alter column district type text collate "C", alter column source type text collate "C",
    alter column programme_id type text collate "C";
alter table timeline_subject alter column district type text collate "C", alter column subject_id type text collate "C",
    alter column source type text collate "C";
alter table subject alter column district type text collate "C", alter column subject_id type text collate "C";
alter table dossier alter column district type text collate "C", alter column subject_id type text collate "C",
    alter column section type text collate "C", alter column id type text collate "C";
