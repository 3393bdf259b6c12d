/* SPDX-License-Identifier: Apache-2.0 */
/* evidence - uploaded files attached to an application, perhaps to a line of the rubric */
#pragma once
#include "common/service/service.h"

/* All three by whoever drafted the application, while it can be edited. */
handler_fn attach_evidence, detach_evidence, caption_evidence;
