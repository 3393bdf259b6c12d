-- $1 district $2 programme: its list that was taken back last
select list_id from award_list where district = $1 and programme_id = $2 and state in ('withdrawn', 'replaced')
order by proposed_at desc, list_id limit 1
