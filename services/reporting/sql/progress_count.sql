-- $1 district, $2 programme
select category, step, count(*) as subjects from progress where district = $1 and programme_id = $2
group by category, step order by category, step
