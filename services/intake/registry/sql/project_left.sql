-- $1 district, $2 change by which an enterprise left a site: its project there, and whoever has taken the site over since
select p.project_id, p.left_day,
    (select n.project_id from project n where n.district = p.district and n.site_id = p.site_id and n.project_id <> p.project_id
        and n.left_day is null and coalesce(n.to_day, 'infinity') >= p.left_day order by n.from_day desc, n.project_id limit 1) as taken_over
  from project p
 where p.district = $1 and p.left_day is not null
   and exists (select from registry_history h where h.district = p.district and h.kind = 'project' and h.subject_id = p.project_id
        and h.cause_id = $2::uuid)
