-- $1 district, $2 programme: its stages stand still until the end
select stage, state from stage where district = $1 and programme_id = $2 order by stage for update
