-- $1 district $2 list $3 subject $4 its new name: entries that no notice shows yet; what bodies signed or the public read stays as it is
update entry e
set name = case when e.subject_id = $3 then $4 else e.name end,
    enterprise_name = case when e.enterprise_id = $3 then $4 else e.enterprise_name end
where e.district = $1 and e.list_id = $2 and $3 in (e.subject_id, e.enterprise_id)
  and not exists (select from notice_entry x join notice n on n.district = x.district and n.notice_id = x.notice_id
                  where x.district = e.district and x.list_id = e.list_id and x.subject_id = e.subject_id
                    and (n.state not in ('replaced', 'dropped') or n.published_at is not null))
