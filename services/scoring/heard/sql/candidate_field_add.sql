-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 application, $3 place, $4 name, $5 value
insert into candidate_field (district, application_id, n, name, value) values ($1, $2, $3, $4, $5)
