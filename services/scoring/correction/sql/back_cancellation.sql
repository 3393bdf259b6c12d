-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 cancellation
select k.subject_id, k.programme_id, null::text as name, s.subdistrict, 0::bigint as year
  from cancellation k left join site s on s.district = k.district and s.site_id = k.subject_id
 where k.district = $1 and k.cancellation_id = $2
