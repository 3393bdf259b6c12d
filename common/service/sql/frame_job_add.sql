-- $1 id, $2 kind, $3 args, $4 account: nothing the second time
insert into job (id, kind, args, account) values ($1::uuid, $2, $3::bytea, $4)
on conflict (id) do nothing
