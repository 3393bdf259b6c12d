-- $1 district $2 objection $3 notice $4 list $5 programme $6 subject $7 state $8 objector $9 contact $10 unit $11 grounds
-- $12 file $13 receipt $14 at $15 digest of the code it is followed with
insert into objection (district, objection_id, notice_id, list_id, programme_id, subject_id, state, objector, contact, unit,
                       grounds, file_sha256, receipt, filed_at, follow_sha256)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
