/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list - the proposed list (拟表彰名单) and the reserve list of a run, once per programme
 */
#pragma once
#include "common/domain/joint/joint.h"

/* scoring.ProposeList: refused while a tie that matters is open, or where the run is outdated. */
handler_fn propose_list;
extern const struct joint_kind list_act;
/* publicity took a list back: another one of the programme may be proposed. */
handler_fn on_list_withdrawn;
