-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 expert: digest of his ballots that count, "subject points" line by line in the order of the subjects
select encode(sha256(convert_to(coalesce(string_agg(subject_id || ' ' || points_milli, chr(10) order by subject_id collate "C"), ''), 'UTF8')), 'hex') as sha256
  from counted_ballot where district = $1 and panel_id = $2 and expert_id = $3
