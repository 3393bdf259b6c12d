-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 run
select subject_id, category, quota_group, name, enterprise_id, enterprise_name, subdistrict, score_milli, out_of_rank, rank, n_tied,
       place, decided
  from run_subject
 where district = $1 and run_id = $2
 order by subject_id collate "C"
