-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme: newest first
select run_id, panel_id, programme_version, result_sha256, at from run where district = $1 and programme_id = $2
 order by at desc, run_id desc limit 200
