select record, request from joint_act where district = $1 and act_id = $2 for update
