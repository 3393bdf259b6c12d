/* SPDX-License-Identifier: Apache-2.0 */
/* objecting - anybody may object, by name, to an entry of a notice on display */
#pragma once
#include "common/service/service.h"

handler_fn publicity_file_objection;
