-- $1 districts, $2 sources
insert into subscription (district, source, position, state)
select w.district, w.source, 0, 'following' from unnest($1::text[], $2::text[]) as w (district, source)
 order by w.district collate "C", w.source collate "C"
on conflict (district, source) do nothing
