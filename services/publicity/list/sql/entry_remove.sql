-- $1 district $2 list $3 subject $4 old state $5 new state $6 reason: the first reason stays
update entry set state = $5, removed_reason = coalesce(removed_reason, $6)
where district = $1 and list_id = $2 and subject_id = $3 and state = $4
