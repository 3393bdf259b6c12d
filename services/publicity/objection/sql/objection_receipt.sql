-- $1 district $2 receipt $3 digest of the code
select receipt, notice_id, state, result, filed_at, resolved_at, public_summary
from objection where district = $1 and receipt = $2 and follow_sha256 = $3
