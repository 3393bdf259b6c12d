-- $1 city, $2 account, $3 another file than this
select count(*) as n from file where district = $1 and account = $2 and file_sha256 <> $3
