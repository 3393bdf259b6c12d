-- $1 district, $2 ids or null for all: the rows as they are, every column as text
select committee_id, name, site_id, members::text, party_members::text, from_day::text, to_day::text, filed_day::text, sample::text
  from committee
 where district = $1 and ($2::text[] is null or committee_id = any($2::text[]))
 order by committee_id collate "C"
