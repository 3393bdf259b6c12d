/* SPDX-License-Identifier: Apache-2.0 */
/* subjects - the registry as a list, page by page */
#pragma once
#include "common/service/service.h"

handler_fn list_subjects;
