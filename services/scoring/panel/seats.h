/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seats - who sits in an open panel and how far he is
 *
 * A seat is added, or given up for another, while the panel is open; what was voted on it stays on record and counts no more. An expert
 * declares what the panel asks for before his first ballot, and hands his ballots in when they are complete; both are his own acts.
 */
#pragma once
#include "common/service/service.h"

/* By the bureau or the organisation department: scoring.AddExpert, scoring.ExtendPanel. */
handler_fn add_expert, extend_panel;
/* By the expert for himself: scoring.MakeStatement, scoring.SubmitBallots, scoring.ListMyPanels. */
handler_fn make_statement, submit_ballots, list_my_panels;
