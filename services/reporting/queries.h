/* SPDX-License-Identifier: Apache-2.0 */
/* queries - timeline, funnel, dossier, overview */
#pragma once
#include "common/service/service.h"

handler_fn reporting_get_timeline, reporting_get_entry, reporting_get_funnel,
    reporting_get_funnel_subjects, reporting_get_dossier, reporting_get_overview;
