/* SPDX-License-Identifier: Apache-2.0 */
/*
 * references - what an expert's employer, residence and links mean: the thing itself, by its code
 *
 * People write a credit code in any case and width, a name, or several names in one cell. Recusal compares codes, so what means an
 * enterprise or a site is resolved to its code, or refused with what is alike (reference_unresolved).
 */
#pragma once
#include "services/intake/registry/registry_rows.h"

/*
 * Replace employer, residence and enterprise_links of the experts in @rows by codes; a row with one that has no or no single meaning gets
 * its fault. An employer that is no property enterprise and a home outside the registry are taken as written once the sender confirms
 * "reference_unresolved"; a link never is.
 */
int references_resolve(struct ctx *c, struct registry_row **rows, size_t n) MUST_CHECK;
