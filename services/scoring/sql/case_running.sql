-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme: the cases a run judges
select * from held_case where district = $1 and programme_id = $2 and state in ('open', 'judged') order by case_id
