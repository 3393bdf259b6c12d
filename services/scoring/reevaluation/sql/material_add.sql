-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 case, $3 material, $4 file or null, $5 its name, $6 account, $7 now, $8 field or null
insert into case_material (district, case_id, material_id, file_sha256, file_name, account, handed_in_at, field)
values ($1, $2, $3, $4, $5, $6, $7, $8)
