-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 year, $3 site: records that count of whoever manages or serves it, for conduct there
select r.deduction_id as id
  from credit_record r
  left join project j on j.district = r.district and j.project_id = r.project_id
 where r.district = $1 and r.counts and extract(year from r.on_day)::int = $2 and coalesce(r.site_id, j.site_id) = $3
 order by r.on_day, r.deduction_id
