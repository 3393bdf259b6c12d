-- $1 city, $2 ids or null for all: the rows as they are, every column as text
select expert_id, name, employer, residence, nullif(array_to_string(enterprise_links, ';'), '') as enterprise_links, sample::text
  from expert
 where district = $1 and ($2::text[] is null or expert_id = any($2::text[]))
 order by expert_id collate "C"
