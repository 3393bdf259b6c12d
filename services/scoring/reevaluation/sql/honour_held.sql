-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 subject
select category, year, subdistrict from honour where district = $1 and subject_id = $2 and state = 'held'
