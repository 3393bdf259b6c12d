-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme, $3 one subject or null: what the programme's inspection may cover. A candidate's kind is given,
-- a holder's follows from category and year.
select subject_id, kind, category, year
  from (select subject_id, subject_kind as kind, null::text as category, 0 as year
          from candidate
         where district = $1 and programme_id = $2 and state = 'accepted' and ($3::text is null or subject_id = $3)
         union
        select subject_id, null, category, year
          from honour
         where district = $1 and state = 'held' and ($3::text is null or subject_id = $3)) s
 order by subject_id collate "C", year
