-- $1 id: at once if nobody works on it, else whoever does is told; no row: it is being cancelled, has ended, or there is none
update job
   set state = case state when 'queued' then 'cancelled' else 'cancelling' end,
       changed_at = case state when 'queued' then clock_timestamp() else changed_at end
 where id = $1::uuid and state in ('queued', 'running')
returning 1
