-- $1 city, $2 account, $3 roles, $4 regions, $5 subjects ('' for none)
insert into binding (district, account, n, role, region, subject)
select $1, $2, t.n, t.role, t.region, nullif(t.subject, '')
from unnest($3::text[], $4::text[], $5::text[]) with ordinality as t(role, region, subject, n)
