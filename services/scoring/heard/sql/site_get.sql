-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 site
select name, kind, subdistrict from site where district = $1 and site_id = $2
