-- SPDX-License-Identifier: Apache-2.0
-- $1 city, $2 expert, $3 "registered" or "ended"
update expert set state = $3 where district = $1 and expert_id = $2
