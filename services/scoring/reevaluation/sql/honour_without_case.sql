-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme, $3 its year: honours held, or lapsed in that year, that have no case in it yet; none of them ends
-- until the end
select h.honour_id, h.category, h.year, h.state, h.reason
  from honour h
 where h.district = $1
   and (h.state = 'held' or h.state = 'lapsed' and extract(year from h.ended_day)::int = $3)
   and not exists (select from reevaluation_case c
                    where c.district = h.district and c.programme_id = $2 and c.honour_id = h.honour_id)
 order by h.honour_id
   for no key update of h
