-- $1 district, $2 enterprise, $3 year, $4 total as num/den, $5 thresholds reached, comma-separated
update balance set total = $4, reached = $5 where district = $1 and enterprise_id = $2 and year = $3
