-- $1 district, $2 source, $3 position
select at, rank, source, position, kind, programme_id, subject_id, name, summary, account, payload
from timeline where district = $1 and source = $2 and position = $3
