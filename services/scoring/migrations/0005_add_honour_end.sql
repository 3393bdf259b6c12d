-- SPDX-License-Identifier: Apache-2.0
-- When and why an honour ended: one that lapsed in a programme's year still gets its case there, which ends with it.

alter table honour add column ended_day date, add column reason text;
