-- SPDX-License-Identifier: Apache-2.0
-- Why a candidate does not stand is asked of the one exit rule (common/domain/subject), which publicity asks too.
drop function candidate_out(candidate, text, text[], date);
