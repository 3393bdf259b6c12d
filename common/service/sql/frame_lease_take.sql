-- $1 instance, $2 districts: those that nobody alive leads; or whose leader cannot hear on there, as we perhaps can
insert into lease (district, instance)
select d.district, $1::uuid
  from unnest($2::text[]) as d (district)
 where not exists (
           select from lease l join instance i on i.instance = l.instance
            where l.district = d.district and i.until > clock_timestamp()
              and (i.instance = $1::uuid or d.district <> all (i.stuck)
                   or exists (select from instance me where me.instance = $1::uuid and d.district = any (me.stuck))))
on conflict (district) do update set instance = excluded.instance
 where not exists (
           select from instance i
            where i.instance = lease.instance and i.until > clock_timestamp() and lease.district <> all (i.stuck))
returning district
