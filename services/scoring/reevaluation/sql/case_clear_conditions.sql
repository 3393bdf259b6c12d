-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 case: its conditions are written anew
delete from case_condition where district = $1 and case_id = $2
