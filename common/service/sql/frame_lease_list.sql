-- $1 instance, $2 districts: who leads them
select l.district, l.instance = $1::uuid as ours, i.endpoint
  from unnest($2::text[]) as d (district)
  join lease l on l.district = d.district
  join instance i on i.instance = l.instance
