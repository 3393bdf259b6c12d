-- SPDX-License-Identifier: Apache-2.0
-- A programme may have several panels, each for its categories (none: for all). A run names all it rests on, with blanks between.
drop index panel_one_open;
alter table panel add column categories text[] not null default '{}';
