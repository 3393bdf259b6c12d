-- $1 district $2 notice $3 bodies $4 their names
insert into signature (district, notice_id, body, body_name, ordinal)
select $1, $2, s.body, s.name, s.n
from unnest($3::text[], $4::text[]) with ordinality as s (body, name, n)
