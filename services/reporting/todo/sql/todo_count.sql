-- $1 district, $2 all of it, or what falls to these bindings: $3 their roles, $4 their regions' digits, $5 their subjects; $6 programme or
-- null; $7 now
select w.kind, count(*) as n, count(*) filter (where w.due_at <= $7) as late
  from waiting w
 where w.district = $1
   and ($2::boolean or exists (
        select from unnest($3::text[], $4::text[], $5::text[]) b(role, prefix, subject)
         where b.role = any(string_to_array(w.role, ','))
           and case when w.holder is null then starts_with(w.region, b.prefix) else b.subject = w.holder end))
   and ($6::text is null or w.programme_id = $6)
 group by w.kind order by w.kind
