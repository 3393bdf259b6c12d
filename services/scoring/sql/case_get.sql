-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 case
select * from held_case where district = $1 and case_id = $2
