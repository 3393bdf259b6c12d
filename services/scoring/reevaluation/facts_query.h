/* SPDX-License-Identifier: Apache-2.0 */
/* facts_query - assessments, incidents and cancelled rights, with what was set aside */
#pragma once
#include "common/service/service.h"

handler_fn list_assessments, list_incidents, list_cancellations;
