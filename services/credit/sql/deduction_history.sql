-- $1 district, $2 deduction: its steps, oldest first
select step, state, at, account, note from deduction_ledger where district = $1 and deduction_id = $2::uuid order by seq
