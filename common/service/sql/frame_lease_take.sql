-- $1 instance, $2 districts: those that nobody alive leads
insert into lease (district, instance)
select d.district, $1::uuid
  from unnest($2::text[]) as d (district)
  left join lease l on l.district = d.district
  left join instance i on i.instance = l.instance and i.until > clock_timestamp()
 where i.instance is null
on conflict (district) do update set instance = excluded.instance
 where not exists (select from instance i where i.instance = lease.instance and i.until > clock_timestamp())
