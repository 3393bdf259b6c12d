-- $1 district $2 list $3 subject $4 old state $5 new state $6 whether it keeps a notice of its own
update entry set state = $5, removed_reason = null, from_reserve = from_reserve and $6::boolean
where district = $1 and list_id = $2 and subject_id = $3 and state = $4
