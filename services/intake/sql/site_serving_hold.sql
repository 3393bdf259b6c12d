-- $1 district, $2 city, $3 site: nothing happens to who serves or served it until the end
select enterprise_id from enterprise
 where district = $2 and enterprise_id in (select p.enterprise_id from project p where p.district = $1 and p.site_id = $3)
 order by enterprise_id for share
