-- what was heard of first, null if nothing was
select min(source || ' in ' || district) as what from subscription where position > 0
