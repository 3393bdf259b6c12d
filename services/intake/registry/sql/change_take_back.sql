-- $1 district, $2 change, $3 correction
update change set taken_back_by = $3::uuid where district = $1 and change_id = $2::uuid and taken_back_by is null
