update joint_act set state = $3, record = $4
where district = $1 and act_id = $2 and state = 'signing'
