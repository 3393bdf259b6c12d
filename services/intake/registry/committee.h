/* SPDX-License-Identifier: Apache-2.0 */
/*
 * committee - the terms of owners' committees (业主委员会) and their filing (备案)
 *
 * Whichever way a filing becomes known, by a command, a registration or a file, the term before is
 * succeeded, and that is said at once as a change of that committee (SubjectChanged, TERM_FILED).
 */
#pragma once
#include "common/service/service.h"

/* After the committees @ids were written: who of their compounds' is in office now, and what that
 * changes for the others. */
int committees_settle(struct ctx *c, const char *const *ids, size_t n) MUST_CHECK;

/* intake.FileTerm: refused with not_found, forbidden, term_filed, and as a registration is. */
handler_fn file_term;
