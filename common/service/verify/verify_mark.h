/* SPDX-License-Identifier: Apache-2.0 */
/* verify_mark - the row of the job verify: how far it is, and going on from there */
#pragma once
#include "common/service/verify/verify_chains.h"

/* Say how far it is, and whether to stop; @at may be NULL. The job's thread alone. Large marks are written less often. */
void verify_tell(struct verify *v, const struct chain *at);
/* Go on from an earlier attempt's mark, if there is one that can be read. */
void verify_go_on_from(struct verify *v, struct bytes mark);
