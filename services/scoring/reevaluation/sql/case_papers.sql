-- $1 district, $2 case: what was handed in, oldest first
select m.material_id, m.file_sha256, m.file_name, m.handed_in_at,
       exists (select from set_aside s where s.district = m.district and s.thing = 'material' and s.id = m.case_id || '/' || m.material_id) as set_aside
  from case_material m
 where m.district = $1 and m.case_id = $2
 order by m.handed_in_at, m.material_id
