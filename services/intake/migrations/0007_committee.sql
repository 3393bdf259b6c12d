-- Owners' committees: each term of a compound's committee is one of its own, named by the term.
create table committee (
    district text not null,
    committee_id text not null, -- "<site_id>-Y<term>"
    name text not null,
    site_id text not null,
    term bigint not null,
    members bigint not null,
    party_members bigint,
    from_day date not null,
    to_day date not null,
    filed_day date,
    sample boolean not null,
    state text not null default 'elected',
    primary key (district, committee_id)
);
create unique index committee_of_site on committee (district, site_id, term);
