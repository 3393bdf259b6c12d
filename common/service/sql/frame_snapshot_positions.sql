-- binary
-- where all that is heard stands
select source, district, position, state, sealed_last, sealed_hash from subscription
 order by source collate "C", district collate "C"
