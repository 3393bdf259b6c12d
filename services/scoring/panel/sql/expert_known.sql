-- SPDX-License-Identifier: Apache-2.0
-- $1 city, $2 experts: those registered now
select expert_id from expert where district = $1 and expert_id = any($2::text[]) and state = 'registered'
