-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 inspection
select subject_id, programme_id, grade || ' ' || inspected_day as name, null::text as subdistrict, 0::bigint as year
  from inspection where district = $1 and inspection_id = $2
