/* SPDX-License-Identifier: Apache-2.0 */
/*
 * candidate - what an expert reads of those he judges
 *
 * Form, files, sheet and conditions of the candidates before his panel, and his own ballots; nothing of the other experts. Of whom he
 * stands aside from he reads nothing. Officers and auditors read the same, and all ballots with their comments once the panel is
 * closed, those that were set aside with the reason.
 */
#pragma once
#include "common/service/service.h"

/* scoring.ListCandidates, scoring.GetCandidate */
handler_fn list_candidates, get_candidate;
/* scoring.FindFileUse: asked by the gateway before it gives a file to an expert or an assessor. */
handler_fn find_file_use;
