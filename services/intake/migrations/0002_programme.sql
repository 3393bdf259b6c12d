-- Programmes as published: sealed texts, never changed; the highest version is the one in force.
create table programme (
    district text not null,
    programme_id text not null,
    version bigint not null,
    title text not null,
    year bigint not null,
    document text not null,
    document_sha256 text not null,
    published_at timestamptz not null,
    account text not null,
    primary key (district, programme_id, version)
);
create table stage (
    district text not null,
    programme_id text not null,
    stage text not null,
    begins_at timestamptz not null,
    ends_at timestamptz not null,
    state text not null check (state in ('waiting', 'open', 'closed')),
    primary key (district, programme_id, stage)
);

-- Credit's yearly totals of enterprises, for the facts of conditions.
create table credit_total (
    district text not null,
    enterprise_id text not null,
    year bigint not null,
    total text not null, -- exact, num/den
    primary key (district, enterprise_id, year)
);
