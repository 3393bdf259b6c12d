-- $1 district, $2 enterprise, $3 year
select total from credit_total where district = $1 and enterprise_id = $2 and year = $3
