-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 application, $3 condition, $4 fact, $5 whether it is met, $6-$8 what changed it
update application_condition
   set fact = $4, met = $5, by_kind = $6, by_id = $7, by_at = $8
 where district = $1 and application_id = $2::uuid and condition_id = $3
