-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme, $3 subject
select inspection_id as id, grade from current_inspection where district = $1 and programme_id = $2 and subject_id = $3
