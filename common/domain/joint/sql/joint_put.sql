insert into joint_act (district, act_id, kind, target_id, state, at, record, request)
values ($1, $2, $3, $4, $5, $6, $7, $8)
