-- $1 district, $2 programme or null, $3 subject or null, $4 after this one or null, $5 at most
select k.cancellation_id, k.programme_id, k.subject_id, k.reason, k.recorded_at,
       exists (select from set_aside s where s.district = k.district and s.thing = 'cancellation' and s.id = k.cancellation_id) as set_aside
  from cancellation k
 where k.district = $1 and ($2::text is null or k.programme_id = $2) and ($3::text is null or k.subject_id = $3)
   and ($4::text is null or k.seq < (select b.seq from cancellation b where b.district = $1 and b.cancellation_id = $4))
 order by k.seq desc
 limit $5
