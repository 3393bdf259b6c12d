-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme, $3 categories (none: all): a panel that is open and judges one of them
select panel_id from panel
 where district = $1 and programme_id = $2 and state = 'open'
   and (categories = '{}' or $3::text[] = '{}' or categories && $3::text[])
 limit 1
