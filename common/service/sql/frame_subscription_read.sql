-- binary
-- $1 districts: where each subscription stands
select source, district, position, state, sealed_last, sealed_hash from subscription where district = any ($1::text[])
