-- SPDX-License-Identifier: Apache-2.0
-- Inspection sheets, panels and ballots. Sheets and ballots are never changed: a new one replaces, the earlier stays.

create table inspection (
    district text not null,
    inspection_id text not null,
    programme_id text not null,
    programme_version integer not null,
    subject_id text not null,
    sheet integer not null check (sheet > 0), -- 1, 2, ...: the highest is in force
    inspected_day date not null,
    total_milli bigint not null check (total_milli >= 0),
    grade text not null,
    assessor text not null,
    account text not null,
    recorded_at timestamptz not null,
    primary key (district, inspection_id),
    unique (district, programme_id, subject_id, sheet)
);

create table inspection_line (
    district text not null,
    inspection_id text not null,
    rubric_line text not null,
    points_milli bigint not null check (points_milli >= 0),
    remark text,
    primary key (district, inspection_id, rubric_line),
    foreign key (district, inspection_id) references inspection
);

create table panel (
    district text not null,
    panel_id text not null,
    programme_id text not null,
    title text not null,
    state text not null check (state in ('open', 'closed')),
    opened_at timestamptz not null,
    closed_at timestamptz,
    closed_by text,
    primary key (district, panel_id)
);
create unique index panel_one_open on panel (district, programme_id) where state = 'open';

create table panel_expert (
    district text not null,
    panel_id text not null,
    expert_id text not null,
    primary key (district, panel_id, expert_id),
    foreign key (district, panel_id) references panel
);

create table panel_candidate (
    district text not null,
    panel_id text not null,
    subject_id text not null,
    application_id text not null,
    primary key (district, panel_id, subject_id),
    foreign key (district, panel_id) references panel
);

create table recusal (
    district text not null,
    panel_id text not null,
    expert_id text not null,
    subject_id text not null,
    kind text not null check (kind in ('employer', 'residence', 'link', 'declared')),
    note text,
    account text not null,
    recorded_at timestamptz not null,
    primary key (district, panel_id, expert_id, subject_id),
    foreign key (district, panel_id) references panel
);

create table ballot (
    district text not null,
    seq bigint not null,
    wall_at timestamptz not null,
    digest bytea not null,
    panel_id text not null,
    expert_id text not null,
    subject_id text not null,
    points_milli bigint not null,
    comment text,
    account text not null,
    cast_at timestamptz not null,
    primary key (district, seq)
);
create index ballot_panel on ballot (district, panel_id, subject_id, expert_id, seq);

-- The ballots that count: each expert's latest on each candidate, unless he stands aside from it.
create view counted_ballot as
select distinct on (b.district, b.panel_id, b.subject_id, b.expert_id)
       b.district, b.panel_id, b.subject_id, b.expert_id, b.points_milli, b.account, b.cast_at
  from ballot b
 where not exists (select from recusal r
                    where r.district = b.district and r.panel_id = b.panel_id and r.expert_id = b.expert_id
                      and r.subject_id = b.subject_id)
 order by b.district, b.panel_id, b.subject_id, b.expert_id, b.seq desc;

-- The sheet in force of each subject.
create view current_inspection as
select distinct on (district, programme_id, subject_id) *
  from inspection
 order by district, programme_id, subject_id, sheet desc;
