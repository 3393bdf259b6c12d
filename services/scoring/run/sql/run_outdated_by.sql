-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 run: whose input was set aside since
select subject_id from run_outdated where district = $1 and run_id = $2 order by subject_id limit 1
