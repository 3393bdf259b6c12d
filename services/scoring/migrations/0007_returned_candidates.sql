-- SPDX-License-Identifier: Apache-2.0
-- An accepted application may be returned to whoever applied.
alter table candidate drop constraint candidate_state_check;
alter table candidate add constraint candidate_state_check check (state in ('accepted', 'returned', 'withdrawn')) not valid;
alter table candidate validate constraint candidate_state_check;
