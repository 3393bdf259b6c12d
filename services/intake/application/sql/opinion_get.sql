-- $1 district, $2 application: every value of every opinion, the oldest opinion first
select o.opinion_id, o.by_role, o.at, o.account, o.version, f.name, f.item, f.cell, f.value
  from opinion o
  join opinion_field f on f.district = o.district and f.application_id = o.application_id and f.opinion_id = o.opinion_id
 where o.district = $1 and o.application_id = $2::uuid order by o.at, o.opinion_id, f.place
