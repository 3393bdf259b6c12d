/* SPDX-License-Identifier: Apache-2.0 */
/*
 * panel - the expert panel (评选团): seats, candidates, conflicts of interest found in the
 * registry, closing
 *
 * The candidates are the accepted applications at the opening. Who works for a candidate, lives in
 * it or has a link to it stands aside from the first moment, whatever the expert declares later.
 */
#pragma once
#include "common/service/service.h"

struct panel {
    const char *panel_id, *programme_id, *title, *state, *closed_by;
    const char *categories; /* whose candidates it judges, one a line; "": all */
    const char *statement;  /* what its experts declare before they vote; NULL: nothing */
    int64_t closed_at;
    int32_t due_day; /* to vote by; DAY_NONE: no day */
    bool submission; /* its experts hand their ballots in */
};
/* @rows, row @i, of a query with its columns; closed_* where the query has them. */
struct panel panel_row(const struct rows *rows, size_t i);
/* The panel of the message's district; with @write its row is locked until the end. Refused:
 * not_found, field panel_id. */
int panel_get(struct ctx *c, const char *id, bool write, struct panel *ret) MUST_CHECK;

/* Those of @ids, with blanks between. Refused as panel_get. */
int panels_get(struct ctx *c, const char *ids, struct panel **ret_panels, size_t *ret_n) MUST_CHECK;
/* A day to vote by, today or later; refused: date_bad, panel_due_past, field due_day. */
int panel_need_due(struct ctx *c, const char *due_day, int32_t *ret_day) MUST_CHECK;
/* scoring.OpenPanel, scoring.ClosePanel */
handler_fn open_panel, close_panel;
