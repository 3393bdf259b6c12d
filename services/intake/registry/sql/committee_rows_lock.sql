-- $1 district, $2 ids: nobody else changes these rows until the end
select committee_id from committee where district = $1 and committee_id = any($2::text[]) order by committee_id for update
