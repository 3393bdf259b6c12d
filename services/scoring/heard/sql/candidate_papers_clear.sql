-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 application: its papers are said anew as a whole
with fields as (delete from candidate_field where district = $1 and application_id = $2),
     files as (delete from candidate_file where district = $1 and application_id = $2)
delete from candidate_condition where district = $1 and application_id = $2
