-- $1 city, $2 uploaded before; their content where nobody else has it
with gone as (
    delete from file where district = $1 and account like 'form:%' and claimed_by is null and uploaded_at < $2
    returning file_sha256, account)
select distinct g.file_sha256 from gone g
where not exists (select from file f where f.district = $1 and f.file_sha256 = g.file_sha256
                  and not exists (select from gone h where h.file_sha256 = f.file_sha256 and h.account = f.account))
