-- $1 district $2 objection $3 who moved up when it was upheld
update objection set promoted = $3 where district = $1 and objection_id = $2
