-- $1 district $2 number $3 the notice that may have it already, or null
select exists (select from notice where district = $1 and number = $2 and notice_id is distinct from $3
               and (state not in ('replaced', 'dropped') or published_at is not null)) as taken
