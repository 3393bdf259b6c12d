-- $1 district, $2 city, $3 subject: oldest first, those of the city and of the district
select h.change_id::text as change_id, h.kind, h.on_day::text as on_day, h.old_name, h.new_name, h.into_id, h.site_id, h.document,
       h.taken_back_by is not null as taken_back
  from change h
 where h.district in ($1, $2) and h.subject_id = $3
 order by h.on_day, h.at, h.change_id
