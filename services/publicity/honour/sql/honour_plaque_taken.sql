-- $1 district $2 key of the plaque
select exists (select from plaque_key k join honour h on h.district = k.district and h.honour_id = k.honour_id
                where k.district = $1 and k.plaque_key = $2 and h.state <> 'annulled') as taken
