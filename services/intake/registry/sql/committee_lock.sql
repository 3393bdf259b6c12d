-- $1 district, $2 committee
select name, state from committee where district = $1 and committee_id = $2 for update
