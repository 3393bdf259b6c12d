-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme, $3 subject
select cancellation_id as id from cancellation where district = $1 and programme_id = $2 and subject_id = $3
   and not exists (select from set_aside x where x.district = $1 and x.thing = 'cancellation' and x.id = cancellation_id)
 order by seq
