-- SPDX-License-Identifier: Apache-2.0
-- additive
-- Which events the handler was given at once: how many from which one on.
create table batch (district text, first bigint, n bigint not null, primary key (district, first));
