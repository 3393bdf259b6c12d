/* SPDX-License-Identifier: Apache-2.0 */
/*
 * honours_held - publicity's honours, kept for the fact honour.held
 *
 * Changning 2023: 新创建评选出 (二); a holder is re-evaluated (五(一)1) and applies anew only once the honour is lost (五(一)4, committees 五(四):
 * 需重新进行…创建评选). Whether a programme asks for that is a condition of its categories.
 */
#pragma once
#include "common/service/service.h"

/* Events of publicity. */
handler_fn on_honour_granted, on_honour_revoked, on_honour_lapsed, on_honour_restored,
    on_honour_annulled;
