-- $1 district, $2 kind, $3 subjects
delete from name_key where district = $1 and kind = $2 and subject_id = any($3::text[])
