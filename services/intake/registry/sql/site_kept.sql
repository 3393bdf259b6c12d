-- $1 district, $2 ids or null for all: the rows as they are, every column as text
select site_id, kind, name, subdistrict, address, households::text, renovated::text, nullif(array_to_string(aliases, ';'), '') as aliases, sample::text
  from site
 where district = $1 and ($2::text[] is null or site_id = any($2::text[]))
 order by site_id collate "C"
