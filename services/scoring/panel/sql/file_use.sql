-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 sha256, $3 the expert who asks, $4 the assessor's firm (each may be null), $5 the account: who attached the file to a
-- candidate whose papers the expert may read, or to a sheet that the assessor or his firm recorded
with judged as (
    select k.subject_id, k.application_id, p.programme_id
      from panel_expert e
      join panel p on p.district = e.district and p.panel_id = e.panel_id
      join panel_candidate k on k.district = e.district and k.panel_id = e.panel_id
     where e.district = $1 and e.expert_id = $3 and e.left_at is null
       and not exists (select from standing_recusal r
                        where r.district = e.district and r.panel_id = e.panel_id and r.expert_id = e.expert_id and r.subject_id = k.subject_id)
)
select f.account
  from candidate_file f
  join judged j on j.application_id = f.application_id
 where f.district = $1 and f.file_sha256 = $2 and f.account is not null
 union
select f.account
  from inspection_photo f
  join inspection i on i.district = f.district and i.inspection_id = f.inspection_id
 where f.district = $1 and f.file_sha256 = $2
   and (i.assessor = $4 or i.account = $5
        or exists (select from judged j where j.programme_id = i.programme_id and j.subject_id = i.subject_id))
