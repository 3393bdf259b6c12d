-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 assessment
select enterprise_id as subject_id, null::text as programme_id, year || ' ' || grade as name, null::text as subdistrict, year
  from assessment where district = $1 and assessment_id = $2
