-- $1 district $2 list: in group and rank order
select subject_id, category, grp, name, score_milli, rank, state, from_reserve, removed_reason, enterprise_id, enterprise_name, subdistrict
from entry where district = $1 and list_id = $2
order by grp, rank, subject_id
