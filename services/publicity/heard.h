/* SPDX-License-Identifier: Apache-2.0 */
/* heard - a change of a subject is written down, then applied to lists and honours */
#pragma once
#include "common/service/service.h"

/* intake.SubjectChanged */
handler_fn publicity_on_change;
/* intake.SubjectChangeTakenBack: it is forgotten. */
handler_fn publicity_on_change_taken_back;
