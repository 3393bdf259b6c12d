insert into subscription (district, source, position, state) values ($1, $2, 0, 'following')
on conflict (district, source) do nothing
