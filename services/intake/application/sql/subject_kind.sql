-- $1 district, $2 city, $3 code of a subject
select 'enterprise' as kind from enterprise where district = $2 and enterprise_id = $3
union all select kind from site where district = $1 and site_id = $3
union all select 'committee' from committee where district = $1 and committee_id = $3
