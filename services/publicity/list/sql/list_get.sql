-- $1 district $2 list
select list_id, programme_id, state, proposed_at, replaces from award_list where district = $1 and list_id = $2
