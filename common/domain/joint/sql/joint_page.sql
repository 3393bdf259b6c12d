select act_id, record from joint_act j
where district = $1
    and ($2::text is null or target_id = $2)
    and ($3::text is null or state = $3)
    and ($4::text is null or (at, act_id) > (
        select a.at, a.act_id from joint_act a where a.district = $1 and a.act_id = $4))
order by at, act_id
limit $5
