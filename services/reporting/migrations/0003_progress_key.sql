-- SPDX-License-Identifier: Apache-2.0
-- The index made before becomes the key, in a moment.
alter table progress drop constraint progress_pkey, add constraint progress_pkey primary key using index progress_by_subject;
