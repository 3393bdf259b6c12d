-- $1 district, $2 ids or null for all: the rows as they are, every column as text
select code, name, from_day::text, to_day::text
  from region
 where district = $1 and ($2::text[] is null or code = any($2::text[]))
 order by code collate "C"
