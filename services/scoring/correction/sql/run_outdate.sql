-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme, $3 subject, $4 correction: the runs that there are and that scored the subject
insert into run_outdated (district, run_id, correction_id, subject_id)
select r.district, r.run_id, $4, $3 from run r
 where r.district = $1 and r.programme_id = $2
   and exists (select from run_subject s where s.district = r.district and s.run_id = r.run_id and s.subject_id = $3)
