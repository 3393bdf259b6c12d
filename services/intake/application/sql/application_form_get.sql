-- $1 district, $2 application, $3 version
select name, item, cell, value from application_field where district = $1 and application_id = $2::uuid and version = $3 order by place
