-- $1 district, $2 enterprise, $3 year
insert into balance (district, enterprise_id, year) values ($1, $2, $3) on conflict do nothing
