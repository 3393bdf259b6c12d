-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 honour: its cases that are not settled
select * from held_case where district = $1 and honour_id = $2 and state in ('open', 'judged') order by case_id
