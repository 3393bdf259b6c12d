-- $1 district, $2 source, $3 position: committed with the rows of the events up to there
insert into reporting_aside.reached (district, source, position) values ($1, $2, $3)
on conflict (district, source) do update set position = excluded.position
