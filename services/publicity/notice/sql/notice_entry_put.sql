-- $1 district $2 notice $3 list $4 subjects
insert into notice_entry (district, notice_id, list_id, subject_id)
select $1, $2, $3, s from unnest($4::text[]) as s
