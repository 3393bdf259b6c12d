-- $1 district $2 plaque
select exists (select from honour where district = $1 and plaque = $2 and state <> 'annulled') as taken
