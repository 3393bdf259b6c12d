-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 case: the files that were handed in and not set aside
select m.file_sha256, m.file_name, coalesce(m.field, '') as field from case_material m
 where m.district = $1 and m.case_id = $2 and m.file_sha256 is not null
   and not exists (select from set_aside x where x.district = m.district and x.thing = 'material' and x.id = m.case_id || '/' || m.material_id)
 order by m.handed_in_at, m.material_id
