-- $1 district $2 honour $3 old state $4 new state $5 old plaque state $6 new plaque state $7 ended day $8 reason $9 due day
-- $10 document $11 case
update honour set state = $4, plaque_state = $6, ended_day = $7::date, reason = $8, due_day = $9::date, document = $10,
                  case_id = $11
where district = $1 and honour_id = $2 and state = $3 and plaque_state = $5
