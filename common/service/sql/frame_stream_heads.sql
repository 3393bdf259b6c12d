select district, position from chain_head where chain = 'stream' and district = any ($1::text[]) order by district
