-- $1 city, $2 account, $3 name, $4 argon2id string, $5 created at
insert into account (district, account, name, password, state, created_at) values ($1, $2, $3, $4, 'active', $5)
on conflict do nothing
