-- $1 district, $2 subject kind, $3 subject, $4 behaviour, $5 day, $6 site or null, $7 project or null: what stands recorded of it, but for
-- what is known to have arisen elsewhere
select deduction_id, document from deduction
where district = $1 and subject_kind = $2 and subject_id = $3 and behaviour = $4 and on_day = $5::date and state <> 'withdrawn'
    and ($6::text is null or site_id is null or site_id = $6) and ($7::text is null or project_id is null or project_id = $7)
order by deduction_id
