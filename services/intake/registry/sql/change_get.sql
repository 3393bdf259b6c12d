-- $1 district, $2 change; later: the last one of its subject after it that stands
select c.change_id, c.subject_id, c.kind, c.on_day, c.old_name, c.new_name, c.into_id, c.site_id, c.document, c.left_district,
    c.taken_back_by,
    (select l.change_id from change l where l.district = c.district and l.subject_id = c.subject_id and l.taken_back_by is null
        and (l.at, l.change_id) > (c.at, c.change_id) order by l.at desc, l.change_id desc limit 1) as later
  from change c where c.district = $1 and c.change_id = $2::uuid
