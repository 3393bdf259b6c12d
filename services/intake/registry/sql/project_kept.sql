-- $1 district, $2 ids or null for all: the rows as they are, every column as text
select project_id, site_id, enterprise_id, manager_id, area_m2::text, from_day::text, to_day::text
  from project
 where district = $1 and ($2::text[] is null or project_id = any($2::text[]))
 order by project_id collate "C"
