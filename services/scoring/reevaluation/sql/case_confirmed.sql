-- $1 district, $2 case
select confirmed_at, forward_document from reevaluation_case where district = $1 and case_id = $2
