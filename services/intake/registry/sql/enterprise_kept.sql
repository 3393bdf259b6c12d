-- $1 city, $2 ids or null for all: the rows as they are, every column as text
select enterprise_id, name, area_m2::text, party_organisation::text, sample::text
  from enterprise
 where district = $1 and ($2::text[] is null or enterprise_id = any($2::text[]))
 order by enterprise_id collate "C"
