-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 subject, $3 category, $4 year of the programme: whether it holds an honour of an earlier year
select exists (select from honour where district = $1 and subject_id = $2 and category = $3 and year < $4 and held) as held
