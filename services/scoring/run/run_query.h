/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_query - reading score runs; for one subject, why each point was given
 */
#pragma once
#include "common/service/service.h"

/* scoring.GetRun, scoring.ListRuns */
handler_fn get_run, list_runs;
