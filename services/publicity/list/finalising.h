/* SPDX-License-Identifier: Apache-2.0 */
/* finalising - the list becomes final and its honours are granted */
#pragma once
#include "common/domain/joint/joint.h"

/* The command FinaliseList. Everything still open is named in the refusal. */
handler_fn publicity_finalise_list;
extern const struct joint_kind final_list_act;
