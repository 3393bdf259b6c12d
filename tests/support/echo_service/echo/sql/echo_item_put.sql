insert into item (district, key, text, writes) values ($1, $2, $3, 1)
on conflict (district, key) do update set text = excluded.text, writes = item.writes + 1
returning writes
