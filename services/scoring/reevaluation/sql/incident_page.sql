-- $1 district, $2 enterprise or null, $3 site or null, $4 after this one or null, $5 at most, $6 city
select i.incident_id, i.on_day::text as on_day, i.enterprise_id, e.name, i.site_id, i.kind, i.serious, i.description, i.recorded_at,
       exists (select from set_aside s where s.district = i.district and s.thing = 'incident' and s.id = i.incident_id) as set_aside
  from incident i left join enterprise e on e.enterprise_id = i.enterprise_id and e.district = $6
 where i.district = $1 and ($2::text is null or i.enterprise_id = $2) and ($3::text is null or i.site_id = $3)
   and ($4::text is null or i.seq < (select b.seq from incident b where b.district = $1 and b.incident_id = $4))
 order by i.seq desc
 limit $5
