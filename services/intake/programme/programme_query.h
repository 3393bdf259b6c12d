/* SPDX-License-Identifier: Apache-2.0 */
/* programme_query - programmes as published, for everybody */
#pragma once
#include "common/service/service.h"

handler_fn list_programmes, get_programme;
