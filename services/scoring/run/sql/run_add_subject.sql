-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 run, $3 subject, $4 category, $5 group, $6 name, $7 enterprise, $8 its name, $9 subdistrict, $10 score,
-- $11 why out of rank, $12 rank (also the place), $13 tied
insert into run_subject (district, run_id, subject_id, category, quota_group, name, enterprise_id, enterprise_name, subdistrict,
                         score_milli, out_of_rank, rank, n_tied, place, decided)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $12, false)
