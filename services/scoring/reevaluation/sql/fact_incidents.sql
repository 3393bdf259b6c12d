-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 year, $3 enterprises, $4 site or null: serious ones
select incident_id as id
  from incident
 where district = $1 and serious and extract(year from on_day)::int = $2
   and (enterprise_id = any($3::text[]) or site_id = $4)
   and not exists (select from set_aside x where x.district = $1 and x.thing = 'incident' and x.id = incident_id)
 order by on_day, incident_id
