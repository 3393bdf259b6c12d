-- $1 district, $2 programme or null, $3 subject or null, $4 after: at or null, $5 rank, $6 position, $7 limit, $8 kinds (none: all), $9 account or null,
-- $10 from and $11 before an instant or null
select at, rank, source, position, kind, programme_id, subject_id, name, summary, account, payload
from timeline t
where district = $1 and ($2::text is null or programme_id = $2)
    and ($3::text is null or subject_id = $3 or exists (
        select 1 from timeline_subject s
        where s.district = t.district and s.subject_id = $3 and s.source = t.source and s.position = t.position))
    and ($4::timestamptz is null or (at, rank, position) > ($4::timestamptz, $5::bigint, $6::bigint))
    and ($8::text[] = '{}' or kind = any($8::text[]))
    and ($9::text is null or account = $9)
    and ($10::timestamptz is null or at >= $10::timestamptz)
    and ($11::timestamptz is null or at < $11::timestamptz)
order by at, rank, position limit $7
