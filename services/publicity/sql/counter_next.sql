-- $1 district $2 name $3 year
insert into counter as k (district, name, year, last) values ($1, $2, $3, 1)
on conflict (district, name, year) do update set last = k.last + 1
returning last
