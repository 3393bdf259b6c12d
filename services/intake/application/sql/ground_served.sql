-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 enterprise, $3 subdistrict, $4 today: whether it serves a site there
select exists (select from project p
                 join site t on t.district = p.district and t.site_id = p.site_id
                where p.district = $1 and p.enterprise_id = $2 and t.subdistrict = $3 and p.from_day <= $4::date
                  and coalesce(p.to_day, 'infinity') >= $4::date and p.left_day is null) as served
