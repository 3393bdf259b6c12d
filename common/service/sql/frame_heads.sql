-- binary
-- where the streams of these districts end; at: the latest business time
select district, stream_seq, stream_hash, at from head where district = any ($1::text[]) order by district
