select request_digest, reply from log where district = $1 and message_id = $2::uuid
