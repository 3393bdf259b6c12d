select correction_id, record from correction c
where district = $1
    and ($2::text is null or target_id = $2)
    and ($3::text is null or state = $3)
    and ($4::text is null or (at, correction_id) > (
        select a.at, a.correction_id from correction a where a.district = $1 and a.correction_id = $4))
order by at, correction_id
limit $5
