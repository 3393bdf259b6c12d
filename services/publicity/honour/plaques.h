/* SPDX-License-Identifier: Apache-2.0 */
/* plaques - recalled plaques come back, are lost, refused or overdue; anybody may verify one */
#pragma once
#include "common/service/service.h"

handler_fn publicity_return_plaque, publicity_verify_plaque;
/* timer "plaque_due"; the key is "<district>/<honour id>" */
handler_fn publicity_on_plaque_due;
