/* SPDX-License-Identifier: Apache-2.0 */
/* rebuild_query - reporting.Rebuild: a rebuild asked for by a message */
#pragma once
#include "common/service/service.h"

handler_fn reporting_rebuild;
