/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publishing - a signed notice goes out at its instant and comes down after its last working day
 */
#pragma once
#include "common/service/service.h"

handler_fn publicity_schedule_notice;
/* timers "publish" and "close"; the key is the notice's id */
handler_fn publicity_on_publish_due, publicity_on_close_due;
