-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 case: the form that was handed in last and not set aside
select f.name, f.item, f.cell, f.value
  from case_form_field f
 where f.district = $1 and f.case_id = $2
   and f.material_id = (select m.material_id from case_material m
                         where m.district = $1 and m.case_id = $2
                           and exists (select from case_form_field g where g.district = $1 and g.case_id = $2
                                                                      and g.material_id = m.material_id)
                           and not exists (select from set_aside x where x.district = m.district and x.thing = 'material' and x.id = m.case_id || '/' || m.material_id)
                         order by m.handed_in_at desc, m.material_id desc limit 1)
 order by f.place
