insert into heard (district, n, key, text, at) values ($1, $2, $3, $4, $5)
