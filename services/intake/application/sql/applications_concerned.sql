-- SPDX-License-Identifier: Apache-2.0
-- $1 district or null for all, $2, $3 subject, enterprise or site that something happened to (both null: nobody in particular, whose
-- conditions are unmet): those handed in or accepted, and they stand still until the end
select a.district, a.application_id
  from application a
 where ($1::text is null or a.district = $1) and a.state in ('submitted', 'accepted')
   and (a.subject_id in ($2, $3) or a.enterprise_id in ($2, $3)
        or exists (select from committee k where k.district = a.district and k.committee_id = a.subject_id and k.site_id in ($2, $3))
        or $2::text is null
           and exists (select from application_condition x
                        where x.district = a.district and x.application_id = a.application_id and not x.met))
 order by a.district, a.application_id
   for update of a
