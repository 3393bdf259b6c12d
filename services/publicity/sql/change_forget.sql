-- $1 district or city, $2 change that is off the record
delete from subject_change where district = $1 and change_id = $2
