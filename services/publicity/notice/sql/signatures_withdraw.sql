-- $1 district $2 notice: nobody has signed it; who had, is in the ledger
update signature set account = null, signed_at = null, content_sha256 = null where district = $1 and notice_id = $2
