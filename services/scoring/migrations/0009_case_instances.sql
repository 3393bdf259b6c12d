-- SPDX-License-Identifier: Apache-2.0
-- A case of two instances stands on the confirmed list of the subdistrict before the district confirms its verdict.
alter table reevaluation_case
  drop constraint reevaluation_case_state_check,
  add constraint reevaluation_case_state_check check (state in ('open', 'judged', 'forwarded', 'confirmed', 'ended')),
  add column forwarded_at timestamptz,
  add column forwarded_by text,
  add column forward_document text;
