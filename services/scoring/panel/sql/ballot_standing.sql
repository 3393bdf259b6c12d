-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 expert, $4 subject: how the expert stands to the candidate
select exists (select from panel_expert where district = $1 and panel_id = $2 and expert_id = $3 and left_at is null) as seated,
       (select statement_at from panel_expert where district = $1 and panel_id = $2 and expert_id = $3) as statement_at,
       (select submitted_at from panel_expert where district = $1 and panel_id = $2 and expert_id = $3) as submitted_at,
       exists (select from panel_candidate k
                 join candidate a on a.district = k.district and a.application_id = k.application_id and a.state = 'accepted'
                where k.district = $1 and k.panel_id = $2 and k.subject_id = $4) as candidate,
       (select kind from standing_recusal where district = $1 and panel_id = $2 and expert_id = $3 and subject_id = $4) as recused,
       (select count(*) from counted_ballot where district = $1 and panel_id = $2 and subject_id = $4) as ballots,
       exists (select from counted_ballot where district = $1 and panel_id = $2 and subject_id = $4 and expert_id = $3) as voted
