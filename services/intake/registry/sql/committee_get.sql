-- $1 district, $2 committee
select committee_id, name, site_id, members, party_members, from_day::text as from_day, to_day::text as to_day,
    filed_day::text as filed_day, sample, state
  from committee where district = $1 and committee_id = $2
   for update
