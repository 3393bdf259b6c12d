-- SPDX-License-Identifier: Apache-2.0
-- Score runs: a snapshot of the inputs and what the programme's rules make of it. Runs are never changed; a recorded
-- joint decision only gives tied subjects their places.

create table run (
    district text not null,
    run_id text not null,
    programme_id text not null,
    programme_version integer not null,
    panel_id text not null,
    result text not null,          -- canonical JSON: the same inputs give the same bytes
    result_sha256 text not null,
    account text not null,
    at timestamptz not null,
    primary key (district, run_id)
);
create index run_programme on run (district, programme_id, at);

create table run_subject (
    district text not null,
    run_id text not null,
    subject_id text not null,
    category text not null,
    quota_group text not null,
    name text not null,
    enterprise_id text,
    enterprise_name text,
    subdistrict text,
    score_milli bigint not null,
    out_of_rank text,
    rank integer not null,         -- equal for a full tie; 0: out of rank
    n_tied integer not null,
    place integer not null,        -- rank, until a joint decision orders the tie
    decided boolean not null,
    primary key (district, run_id, subject_id),
    foreign key (district, run_id) references run
);

create table run_explanation (
    district text not null,
    run_id text not null,
    subject_id text not null,
    n integer not null,
    item text not null,
    points_milli bigint not null,
    rule text not null,
    source text not null,
    at timestamptz not null,
    actor text not null,
    primary key (district, run_id, subject_id, n),
    foreign key (district, run_id, subject_id) references run_subject
);

create table tie_decision (
    district text not null,
    run_id text not null,
    decision_id text not null,
    quota_group text not null,
    subjects text not null,        -- best first, one a line
    document text not null,
    account text not null,
    at timestamptz not null,
    primary key (district, run_id, decision_id),
    foreign key (district, run_id) references run
);

create table list (
    district text not null,
    list_id text not null,
    programme_id text not null,
    run_id text not null,
    reserve integer not null,
    account text not null,
    at timestamptz not null,
    primary key (district, list_id),
    unique (district, programme_id),
    foreign key (district, run_id) references run
);

-- Why a candidate does not stand on a day: 'withdrawn', or the kind of change in @ends (the programme's exit rules) that
-- befell it or whoever serves it. Leaving a site counts for that site alone, and only after the application was accepted;
-- an enterprise merged into another goes on in it. Null: it stands.
create function candidate_out(c candidate, city text, ends text[], today date) returns text
    language sql stable
    return case when c.state <> 'accepted' then c.state
                else (select ch.kind
                        from subject_change ch
                       where ch.district in (c.district, city)
                         and ch.subject_id in (c.subject_id, c.enterprise_id)
                         and ch.kind = any(ends)
                         and ch.on_day <= today
                         and (ch.kind <> 'left_site'
                              or ch.site_id = c.subject_id and ch.on_day >= (c.since at time zone 'Asia/Shanghai')::date)
                         and (ch.subject_id = c.subject_id
                              or not exists (select from subject_change m
                                              where m.district in (c.district, city) and m.subject_id = ch.subject_id
                                                and m.kind = 'merged' and m.on_day <= ch.on_day))
                       order by ch.on_day, ch.change_id
                       limit 1)
           end;
