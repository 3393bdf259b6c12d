delete from instance where instance = $1::uuid
