-- $1 district, $2 committee: nothing happens to it until the end
select committee_id from committee where district = $1 and committee_id = $2 for share
