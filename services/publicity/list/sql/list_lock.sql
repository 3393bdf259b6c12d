-- $1 district $2 list: whatever changes a list or what hangs on it holds this lock, taken first
select list_id, programme_id, state, proposed_at, replaces from award_list where district = $1 and list_id = $2 for update
