-- $1 district $2 key $3 honour
insert into plaque_key (district, plaque_key, honour_id) values ($1, $2, $3)
