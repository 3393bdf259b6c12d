-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 "case/material"
select k.subject_id, k.programme_id, coalesce(m.file_name, k.name) as name, null::text as subdistrict, 0::bigint as year
  from case_material m join held_case k on k.district = m.district and k.case_id = m.case_id
 where m.district = $1 and m.case_id || '/' || m.material_id = $2
