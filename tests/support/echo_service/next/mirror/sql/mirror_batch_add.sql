insert into batch (district, first, n) values ($1, $2, $3)
