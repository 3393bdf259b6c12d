-- $1 district $2 list $3 programme $4 run $5 sha256 $6 state $7 at $8 the list it takes the place of, or null
insert into award_list (district, list_id, programme_id, run_id, result_sha256, state, proposed_at, replaces)
values ($1, $2, $3, $4, $5, $6, $7, $8)
