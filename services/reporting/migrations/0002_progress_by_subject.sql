-- SPDX-License-Identifier: Apache-2.0
-- concurrent
-- What tells two steps apart comes early in the key: a subject's steps lie together, and finding the place of the next one compares
-- few columns. The funnel still reads a programme as one range.
create unique index concurrently progress_by_subject on progress (district, programme_id, subject_id, category, step);
