-- $1 district, $2 deduction: its steps, newest first
select step from deduction_ledger where district = $1 and deduction_id = $2::uuid order by seq desc
