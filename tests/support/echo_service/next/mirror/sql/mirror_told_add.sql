insert into told (district, n, key) values ($1, $2, $3)
