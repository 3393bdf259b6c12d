-- SPDX-License-Identifier: Apache-2.0
-- What waits for whom (services/reporting/todo): what each source said last of a task. Of a task that one source opens and another closes
-- there are two rows, so that each is fed by one stream only; whichever was said later counts.
create table task (
    district text collate "C" not null,
    kind text collate "C" not null,
    thing_id text collate "C" not null,
    who text collate "C" not null, -- one of several for whom the same waits; '' alone, or, of a row that waits no more, all of them
    source text collate "C" not null,
    waits boolean not null,
    at timestamptz not null,
    rank bigint not null,
    position bigint not null,
    thing_kind text,
    programme_id text,
    subject_id text,
    name text,
    role text,      -- any of these, with commas between
    role_term text, -- instead: what the programme names so
    region text,
    holder text,    -- the subject that the role must speak for
    due_at timestamptz,
    due_term text,  -- instead: what the programme names so
    primary key (district, kind, thing_id, who, source)
);
create index task_waits on task (district) where waits;

-- What a programme says of who acts, and until when, as its newest version has it.
create table programme_term (
    district text collate "C" not null,
    programme_id text collate "C" not null,
    name text collate "C" not null,
    role text,
    due_at timestamptz,
    primary key (district, programme_id, name)
);

-- The tasks that wait, each once.
create view waiting as
select distinct on (t.district, t.kind, t.thing_id, t.who)
       t.district, t.kind || '/' || t.thing_id || case when t.who = '' then '' else '/' || t.who end as task_id,
       t.kind, t.thing_kind, t.thing_id, t.programme_id, t.subject_id, t.name, t.at as since_at,
       coalesce(t.due_at, d.due_at) as due_at, coalesce(t.role, r.role) as role, t.region, t.holder
  from task t
  left join programme_term d on d.district = t.district and d.programme_id = t.programme_id and d.name = t.due_term
  left join programme_term r on r.district = t.district and r.programme_id = t.programme_id and r.name = t.role_term
 where t.waits and not exists (
        select from task l
         where l.district = t.district and l.kind = t.kind and l.thing_id = t.thing_id and l.who in (t.who, '') and not l.waits
           and (l.at, l.rank, l.position) > (t.at, t.rank, t.position))
 order by t.district, t.kind, t.thing_id, t.who, t.at desc, t.rank desc, t.position desc;
