-- the lists of all districts that can still change: any of their entries may be concerned, also by way of a merger
select district, list_id from award_list where state in ('proposed', 'on_notice') order by district, list_id
