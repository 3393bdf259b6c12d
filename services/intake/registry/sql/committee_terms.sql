-- $1 district, $2 ids of committees: all terms of their compounds, the oldest first; nobody else changes them until the end
select committee_id, site_id, term, name, state, filed_day::text as filed_day
  from committee
 where district = $1 and site_id in (select site_id from committee where district = $1 and committee_id = any($2::text[]))
 order by site_id, term
   for update
