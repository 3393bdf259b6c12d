-- $1 district, $2 the city, $3 year, $4 at least so many thousandths, $5 enterprise to begin after or null, $6 limit
select b.enterprise_id, e.name, b.total, b.reached
from balance b left join enterprise e on e.district = $2 and e.enterprise_id = b.enterprise_id
where b.district = $1 and b.year = $3 and ($5::text is null or b.enterprise_id > $5)
    and split_part(b.total, '/', 1)::numeric * 1000 >= $4::bigint * split_part(b.total, '/', 2)::numeric
order by b.enterprise_id limit $6
