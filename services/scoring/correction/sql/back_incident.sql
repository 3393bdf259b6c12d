-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 incident: whom it is about, for people, and the subdistrict whose site it befell
select coalesce(i.site_id, i.enterprise_id) as subject_id, null::text as programme_id, i.kind || ' ' || i.on_day as name, s.subdistrict,
       extract(year from i.on_day)::bigint as year
  from incident i left join site s on s.district = i.district and s.site_id = i.site_id
 where i.district = $1 and i.incident_id = $2
