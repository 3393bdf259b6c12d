-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 run
select run_id, programme_id, programme_version, panel_id, result_sha256, at from run where district = $1 and run_id = $2
