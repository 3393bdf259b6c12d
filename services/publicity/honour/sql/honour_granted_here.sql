-- $1 district $2 honour: of a list of this system, or recorded by hand
select list_id is not null as granted from honour where district = $1 and honour_id = $2
