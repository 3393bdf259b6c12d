-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 case: nobody else moves it until the end
select case_id from reevaluation_case where district = $1 and case_id = $2 for update
