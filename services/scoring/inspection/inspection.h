/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspection - the third party's special inspection (专项检查), one sheet at a time
 */
#pragma once
#include "common/service/service.h"

/* scoring.RecordInspection: one subject's sheet; the first fault found refuses it. */
handler_fn record_inspection;
