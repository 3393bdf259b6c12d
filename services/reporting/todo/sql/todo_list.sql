-- $1 district, $2 all of it, or what falls to these bindings: $3 their roles, $4 their regions' digits, $5 their subjects; $6 programme or
-- null; $7 the city; after: $8 due or null, $9 since, $10 task or null; $11 limit
select w.task_id, w.kind, w.thing_kind, w.thing_id, w.programme_id, w.subject_id, w.name, w.since_at, w.due_at, w.role, w.region, w.holder,
       (select s.name from subject s where s.district in (w.district, $7) and s.subject_id = w.subject_id limit 1) as subject_name
  from waiting w
 where w.district = $1
   and ($2::boolean or exists (
        select from unnest($3::text[], $4::text[], $5::text[]) b(role, prefix, subject)
         where b.role = any(string_to_array(w.role, ','))
           and case when w.holder is null then starts_with(w.region, b.prefix) else b.subject = w.holder end))
   and ($6::text is null or w.programme_id = $6)
   and ($10::text is null or (coalesce(w.due_at, 'infinity'), w.since_at, w.task_id) > (coalesce($8::timestamptz, 'infinity'), $9::timestamptz, $10))
 order by coalesce(w.due_at, 'infinity'), w.since_at, w.task_id limit $11
