/* SPDX-License-Identifier: Apache-2.0 */
/* honour_query - anybody reads who holds what */
#pragma once
#include "common/service/service.h"

handler_fn publicity_get_honour, publicity_list_honours;
