-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 subject
select f.file_sha256, f.file_name, f.media_type, f.size, f.rubric_line, f.attached_at
  from panel_candidate k
  join candidate_file f on f.district = k.district and f.application_id = k.application_id
 where k.district = $1 and k.panel_id = $2 and k.subject_id = $3
 order by f.n
