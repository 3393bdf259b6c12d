-- SPDX-License-Identifier: Apache-2.0
-- $1 city, $2 expert: the links are said anew as a whole
delete from expert_link where district = $1 and expert_id = $2
