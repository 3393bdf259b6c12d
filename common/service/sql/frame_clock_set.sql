insert into clock (district, at) values ($1, $2::timestamptz)
on conflict (district) do update set at = greatest(clock.at, excluded.at)
