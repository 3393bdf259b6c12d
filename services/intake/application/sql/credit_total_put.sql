-- $1 district, $2 enterprise, $3 year, $4 total as num/den
insert into credit_total (district, enterprise_id, year, total) values ($1, $2, $3, $4)
on conflict (district, enterprise_id, year) do update set total = excluded.total
