-- $1 district, $2 subject: what it applied for and was handed in, newest first
select a.application_id::text as application_id, a.programme_id, a.category, a.state
  from application a
 where a.district = $1 and a.subject_id = $2 and a.state <> 'draft'
 order by a.submitted_at desc, a.application_id desc
 limit 100
