-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 application
select condition_id, fact, met, before, by_kind, by_id, by_at from application_condition where district = $1 and application_id = $2::uuid
