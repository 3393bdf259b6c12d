-- $1 district $2 honour $3 name $4 enterprise: what a change that ends nothing leaves behind
update honour set name = $3, enterprise_id = $4 where district = $1 and honour_id = $2
