-- Accounts belong to the city; district is the city's code. Times are wall time: a business clock that is set forward must not
-- end anybody's session.
create table account (
    district text not null,
    account text not null,
    name text not null,
    password text not null, -- argon2id, with its parameters
    state text not null check (state in ('active', 'disabled')),
    created_at timestamptz not null,
    last_login_at timestamptz,
    primary key (district, account)
);
create table binding (
    district text not null,
    account text not null,
    n bigint not null,
    role text not null,
    region text not null,
    subject text,
    primary key (district, account, n),
    foreign key (district, account) references account
);
create table session (
    district text not null,
    token_sha256 text not null, -- of a random 256-bit token, which is kept nowhere
    account text not null,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (district, token_sha256),
    foreign key (district, account) references account
);
create index session_account on session (district, account);
-- By the name as typed, whether such an account exists or not.
create table login_guard (
    district text not null,
    account text not null,
    failures bigint not null,
    failed_at timestamptz not null,
    locked_until timestamptz,
    primary key (district, account)
);
create table file (
    district text not null,
    file_sha256 text not null,
    account text not null, -- who uploaded it; the same content may have several
    media_type text not null,
    size bigint not null,
    file_name text not null,
    uploaded_at timestamptz not null,
    primary key (district, file_sha256, account)
);
