-- $1 district $2 case $3 honour
select exists (select from reevaluation where district = $1 and case_id = $2 and honour_id = $3 and failed) as failed
