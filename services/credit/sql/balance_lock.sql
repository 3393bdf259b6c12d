-- $1 district, $2 enterprise, $3 year
select total, reached from balance where district = $1 and enterprise_id = $2 and year = $3 for update
