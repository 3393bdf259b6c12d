-- $1 district $2 list $3 programme $4 run $5 sha256 $6 state $7 at
insert into award_list (district, list_id, programme_id, run_id, result_sha256, state, proposed_at)
values ($1, $2, $3, $4, $5, $6, $7)
