-- $1 key to begin after, $2 limit: every row as text by its key, the same in both schemas
select key, value from (
    select district || '/' || programme_id || '/' || category || '/' || step || '/' || subject_id as key, t::text as value from progress t
) rows where key collate "C" > $1 order by key collate "C" limit $2
