-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme
select count(*) as n from reevaluation_case where district = $1 and programme_id = $2
