-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 inspection, $3 programme, $4 its version, $5 subject, $6 day, $7 total, $8 grade, $9 assessor, $10 account, $11 now, $12 why it comes after its panel was opened, or null
insert into inspection (district, inspection_id, programme_id, programme_version, subject_id, sheet, inspected_day, total_milli,
                        grade, assessor, account, recorded_at, reason)
select $1, $2, $3, $4, $5,
       1 + coalesce((select max(sheet) from inspection where district = $1 and programme_id = $3 and subject_id = $5), 0),
       $6::date, $7, $8, $9, $10, $11::timestamptz, $12
