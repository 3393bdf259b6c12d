-- $1 district, $2 subject, $3 behaviour, $4 after this day, $5 other than this id: the same behaviour again
select deduction_id from deduction
where district = $1 and subject_id = $2 and behaviour = $3 and on_day > $4::date and deduction_id <> $5::uuid
    and state not in ('withdrawn', 'proposed')
limit 1
