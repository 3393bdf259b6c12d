/* SPDX-License-Identifier: Apache-2.0 */
/* corrections - the corrections that publicity knows, and their five messages */
#pragma once
#include "common/domain/correction/messages.h"

CORRECTION_HANDLERS_DECLARE(publicity);
