insert into reminded (district, key) values ($1, $2)
