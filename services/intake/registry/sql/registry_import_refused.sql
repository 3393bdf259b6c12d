-- $1 district $2 import
select refused_rows from registry_import where district = $1 and import_id = $2
