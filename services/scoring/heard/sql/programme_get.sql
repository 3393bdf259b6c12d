-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme
select programme_id, version, document, document_sha256
  from programme
 where district = $1 and programme_id = $2
