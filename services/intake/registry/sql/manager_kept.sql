-- $1 city, $2 ids or null for all: the rows as they are, every column as text
select manager_id, name, enterprise_id, sample::text
  from manager
 where district = $1 and ($2::text[] is null or manager_id = any($2::text[]))
 order by manager_id collate "C"
