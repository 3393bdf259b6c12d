-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 application: nobody looks at its conditions until the end
select application_id from application where district = $1 and application_id = $2::uuid for update
