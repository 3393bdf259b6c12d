-- $1 city, $2 after, $3 limit; a row per account and binding
select a.account, a.name, a.state, a.last_login_at, g.locked_until, b.role, b.region, b.subject
from (select district, account, name, state, last_login_at
      from account
      where district = $1 and account > $2
      order by account
      limit $3) a
left join login_guard g on g.district = a.district and g.account = a.account
left join binding b on b.district = a.district and b.account = a.account
order by a.account, b.n
