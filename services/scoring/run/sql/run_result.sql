-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 run: what it was made of, and what came of it
select result from run where district = $1 and run_id = $2
