-- $1 city, $2 ids: nobody else changes these rows until the end
select expert_id from expert where district = $1 and expert_id = any($2::text[]) order by expert_id for update
