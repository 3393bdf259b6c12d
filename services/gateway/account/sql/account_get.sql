-- $1 city, $2 account; a row per binding, in order
select a.account, a.name, a.password, a.state, a.last_login_at, g.locked_until, b.role, b.region, b.subject
from account a
left join login_guard g on g.district = a.district and g.account = a.account
left join binding b on b.district = a.district and b.account = a.account
where a.district = $1 and a.account = $2
order by b.n
