-- $1 district $2 case $3 honour $4 failed
insert into reevaluation (district, case_id, honour_id, failed) values ($1, $2, $3, $4)
on conflict (district, case_id) do update set honour_id = excluded.honour_id, failed = excluded.failed
