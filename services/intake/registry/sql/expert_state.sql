-- $1 city, $2 expert
select name, state from expert where district = $1 and expert_id = $2
