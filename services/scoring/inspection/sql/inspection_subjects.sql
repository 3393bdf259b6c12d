-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme, $3 one subject or null: what its inspection may cover (as subject_kinds), with the sheet in force
select s.subject_id, s.kind, s.category, s.year, s.name, s.subdistrict, i.inspection_id, i.inspected_day::text as inspected_day, i.total_milli,
       i.grade, i.assessor, i.account, i.recorded_at, i.reason, i.sheet
  from (select subject_id, subject_kind as kind, null::text as category, 0 as year, name, subdistrict
          from candidate
         where district = $1 and programme_id = $2 and state = 'accepted' and ($3::text is null or subject_id = $3)
         union
        select subject_id, null, category, year, name, subdistrict
          from honour
         where district = $1 and state = 'held' and ($3::text is null or subject_id = $3)) s
  left join current_inspection i on i.district = $1 and i.programme_id = $2 and i.subject_id = s.subject_id
 order by s.subject_id collate "C", s.kind nulls last, s.year
