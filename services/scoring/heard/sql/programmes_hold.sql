-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 year: nobody judges by a programme of that year until the end
select programme_id from programme where district = $1 and year = $2 order by programme_id for share
