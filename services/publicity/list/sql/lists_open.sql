-- the lists of all districts that are not final: any of their entries may be concerned, also by way of a merger
select district, list_id from award_list where state <> 'final' order by district, list_id
