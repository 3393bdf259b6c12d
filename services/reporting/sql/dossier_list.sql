-- $1 district, $2 subject
select section, id, state, summary, at from dossier where district = $1 and subject_id = $2 order by section, at, id
