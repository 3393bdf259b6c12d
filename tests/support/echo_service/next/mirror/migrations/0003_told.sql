-- SPDX-License-Identifier: Apache-2.0
-- additive
create table told (district text, n bigint, key text not null, primary key (district, n));
