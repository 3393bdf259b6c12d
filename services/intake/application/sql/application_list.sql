-- $1 district, $2 programme, $3 category, $4 state, $5 subdistrict, $6 after which id (each may be null), $7 limit,
-- $8 whether the reader sees all; else only $9 subdistricts' (codes begin so) and the $10 enterprises' and committees'
select a.application_id, a.programme_id, a.category, a.subject_id, a.subject_kind, a.name, a.route, a.state, a.version, a.rev, a.step,
    a.subdistrict, a.enterprise_id, a.enterprise_name, a.manager_id, a.drafter_role, a.drafter_region, a.drafter_subject, a.submitted_at, a.reason, a.paper_day, a.paper_copies, a.paper_receipt, a.paper_by
  from application a
 where a.district = $1 and a.programme_id = $2
   and ($3::text is null or a.category = $3) and ($4::text is null or a.state = $4) and ($5::text is null or a.subdistrict = $5)
   and ($6::uuid is null or a.application_id > $6::uuid)
   and ($8::boolean or exists (select from unnest($9::text[]) r where starts_with(a.subdistrict, r))
        or a.enterprise_id = any($10::text[]) or a.subject_id = any($10::text[]) or a.drafter_subject = any($10::text[]))
 order by a.application_id limit $7
