-- $1 district, $2 subject, $3 behaviour: no record of it is moved until the end
select deduction_id from deduction where district = $1 and subject_id = $2 and behaviour = $3 order by deduction_id for update
