-- Acts that several bodies sign: the command as it was asked for, and who signed.
-- additive
create table joint_act (
    district text not null,
    act_id text not null,
    kind text not null,
    target_id text not null,
    state text not null,
    at timestamptz not null,
    record bytea not null, -- joint.Act
    request bytea not null, -- the command that is carried out with the last signature
    primary key (district, act_id)
);
create unique index joint_act_open on joint_act (district, kind, target_id) where state = 'signing';
create index joint_act_by_time on joint_act (district, at, act_id);
