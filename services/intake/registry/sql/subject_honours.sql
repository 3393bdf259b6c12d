-- $1 district, $2 subject: those it holds
select honour_id from honour where district = $1 and subject_id = $2 and held order by year, honour_id
