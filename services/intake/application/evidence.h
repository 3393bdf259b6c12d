/* SPDX-License-Identifier: Apache-2.0 */
/* evidence - uploaded files attached to an application, perhaps to a line of the rubric */
#pragma once
#include "common/service/service.h"

handler_fn attach_evidence;
