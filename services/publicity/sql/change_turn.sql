-- $1 city: held until the transaction ends
insert into change_turn (district) values ($1)
on conflict (district) do update set district = excluded.district
