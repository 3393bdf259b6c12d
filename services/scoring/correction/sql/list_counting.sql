-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme, $3 subject: the list that stands and counted what was recorded of it
select l.list_id from list l
 where l.district = $1 and l.programme_id = $2 and l.withdrawn_at is null
   and exists (select from run_subject s where s.district = l.district and s.run_id = l.run_id and s.subject_id = $3)
