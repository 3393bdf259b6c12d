-- SPDX-License-Identifier: Apache-2.0
-- additive
alter table item add column note text;
