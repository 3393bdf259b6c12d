insert into revision as r (district, thing, thing_id, rev, at, account) values ($1, $2, $3, 1, $4, $5)
on conflict (district, thing, thing_id) do update set rev = r.rev + 1, at = excluded.at, account = excluded.account
