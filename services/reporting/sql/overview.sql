-- $1 district, $2 the city: what there is, per area, by kind of subject and by state of honours
select coalesce(subdistrict, $1) as area, kind as measure, count(*) as value from subject where district = $1 group by 1, 2
union all
select $2, kind, count(*) from subject where district = $2 group by kind
union all
select coalesce(s.subdistrict, $1), 'honours.' || d.state, count(*)
from dossier d left join subject s on s.district = d.district and s.subject_id = d.subject_id
where d.district = $1 and d.section = 'honour' group by 1, 2
order by 1, 2
