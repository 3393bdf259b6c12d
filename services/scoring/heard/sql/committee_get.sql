-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 committee: with its compound's subdistrict
select k.name, s.subdistrict
  from committee k join site s on s.district = k.district and s.site_id = k.site_id
 where k.district = $1 and k.committee_id = $2
