-- Before the comparison: each of its statements is planned for the tables as they have become, and for the number of parts. What is put
-- aside is not: that would plan thousands of times what has one plan.
select set_config('plan_cache_mode', 'force_custom_plan', false)
