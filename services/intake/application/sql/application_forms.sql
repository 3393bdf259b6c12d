-- $1 district, $2 applications; the form of each as it stands, in the order of the ids
select f.application_id, f.name, f.item, f.cell, f.value
  from application a join application_field f using (district, application_id, version)
 where a.district = $1 and a.application_id = any($2::uuid[])
 order by f.application_id, f.place
