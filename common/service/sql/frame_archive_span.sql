-- binary
-- $1 ledger, $2 district, $3 where the month ends, $4 what was written from then on cannot go yet
select last, young from frame_archive_span($1::text, $2::text, $3::timestamptz, $4::timestamptz)
