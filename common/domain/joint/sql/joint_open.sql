select act_id from joint_act
where district = $1 and kind = $2 and target_id = $3 and state = 'signing'
