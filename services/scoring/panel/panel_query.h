/* SPDX-License-Identifier: Apache-2.0 */
/*
 * panel_query - reading panels without breaking their blindness
 *
 * Whoever has a seat reads as an expert, whatever else he is: himself, his own recusals and points, and nothing of the other experts,
 * not even how many have voted, until the panel is closed. Officers and auditors see who has voted, on how many, and the means only
 * with the closing.
 */
#pragma once
#include "common/service/service.h"
#include "scoring.pb-c.h"

struct panel;

/* scoring.GetPanel, scoring.ListPanels: for officers, the auditor and the panel's experts. */
handler_fn get_panel, list_panels;

/* Who reads the panel: an expert with a seat (*@ret_expert_id), or an officer or auditor (NULL); else refused: panel_not_seated. */
int panel_reader(struct ctx *c, const char *panel_id, const char **ret_expert_id) MUST_CHECK;
/* The candidates that still stand, by subject id, as @expert_id (NULL: an officer) may see them; @trim: of the programme's mean. */
int panel_candidates(struct ctx *c, const struct panel *panel, const char *expert_id, int trim,
                     Scoring__PanelCandidate ***ret_candidates, size_t *ret_n) MUST_CHECK;
/* Title, state, days and seats; of the seats an expert is told of his own. Fills @reply. */
int panel_head(struct ctx *c, const struct panel *panel, const char *expert_id,
               Scoring__GetPanelReply *reply) MUST_CHECK;
/* Rows of panel_recusals as messages, in the arena. */
void panel_recusals(struct ctx *c, const struct rows *rows, Scoring__Recusal ***ret_recusals,
                    size_t *ret_n);
