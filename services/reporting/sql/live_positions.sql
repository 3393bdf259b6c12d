-- how far the live read models have come
select source, district, position from subscription order by source, district
