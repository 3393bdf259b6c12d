-- $1 city, $2 token's hash; a row per binding
select s.account, s.seen_at, s.expires_at, b.role, b.region, b.subject
from session s
join account a on a.district = s.district and a.account = s.account and a.state = 'active'
left join binding b on b.district = s.district and b.account = s.account
where s.district = $1 and s.token_sha256 = $2
order by b.n
