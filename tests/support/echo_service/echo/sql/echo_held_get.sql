-- $1 district, $2 step
select step from held where district = $1 and step <= $2::bigint limit 1
