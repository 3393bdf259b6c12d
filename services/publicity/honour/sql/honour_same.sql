-- $1 district $2 subject $3 category $4 year
select honour_id from honour where district = $1 and subject_id = $2 and category = $3 and year = $4 and state <> 'annulled'
