-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 application: accepted, so all its conditions are met
delete from candidate_condition_now where district = $1 and application_id = $2
