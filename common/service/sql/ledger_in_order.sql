-- The rows of a page are to be read by the index that has them in order; a table that was never analysed would be sorted for each page
select set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true)
