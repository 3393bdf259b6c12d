-- SPDX-License-Identifier: Apache-2.0
-- What the hearer took for now.
alter table heard add column at timestamptz;
