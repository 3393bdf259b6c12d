-- $1 district, $2 programme or null, $3 subject or null, $4 after: at or null, $5 rank, $6 position, $7 limit
select at, rank, source, position, kind, programme_id, subject_id, name, summary, account
from timeline t
where district = $1 and ($2::text is null or programme_id = $2)
    and ($3::text is null or subject_id = $3 or exists (
        select 1 from timeline_subject s
        where s.district = t.district and s.subject_id = $3 and s.source = t.source and s.position = t.position))
    and ($4::timestamptz is null or (at, rank, position) > ($4::timestamptz, $5::bigint, $6::bigint))
order by at, rank, position limit $7
