-- $1 districts, $2 sources, $3 how a new one begins: following, or diverged for the reason $4
insert into subscription (district, source, position, state, error)
select w.district, w.source, 0, $3, $4 from unnest($1::text[], $2::text[]) as w (district, source)
 order by w.district collate "C", w.source collate "C"
on conflict (district, source) do nothing
