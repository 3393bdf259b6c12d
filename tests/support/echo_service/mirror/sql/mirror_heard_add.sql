insert into heard (district, n, key, text) values ($1, $2, $3, $4)
