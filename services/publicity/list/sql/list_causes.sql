-- $1 district $2 list: without what concerns entries that are off the list: struck by both departments, or removed by an objection
select x.kind, x.id, x.at, x.subject_id from list_cause x
 where x.district = $1 and x.list_id = $2
   and not exists (select from entry e
                    where e.district = x.district and e.list_id = x.list_id and e.subject_id = x.subject_id and e.state = 'removed')
 order by x.place
