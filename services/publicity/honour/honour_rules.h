/* SPDX-License-Identifier: Apache-2.0 */
/* honour_rules - which change of a subject ends which honour */
#pragma once
#include "common/programme/programme.h"
#include "services/publicity/changes.h"
#include "services/publicity/honour/honour.h"

/* What a change of a subject does to an honour that is held. */
enum honour_effect {
    HONOUR_UNTOUCHED, /* it concerns somebody else */
    HONOUR_KEPT,      /* exempt: name or enterprise go on, the honour stays */
    HONOUR_ENDS,      /* lapses at once */
};

/*
 * Changning 2023, section 五(一)4(2) and (二)4(2): dissolution and leaving the district end the
 * enterprise's own honours and those of the sites it served; leaving a site ends that site's;
 * mergers, new names and new branches end nothing. Which kinds are which is the programme's exit
 * section; a kind in neither list leaves the honour untouched.
 */
enum honour_effect honour_effect(const struct honour *h, const struct change *ch,
                                 const struct programme *p);

/* What goes on after a change that ends nothing: a new name of the holder itself, the enterprise
 * merged into. Whether anything differs. */
bool honour_carry(struct honour *h, const struct change *ch);
/* The first of @changes, in their order, that ends @h by @p; NULL: none. What those before it carry
 * on is in @h. */
const struct change *honour_ended_by(struct honour *h, const struct change *changes, size_t n,
                                     const struct programme *p);
