/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice_query - reading notices: the public sees what was published, officers of the district also
 * drafts
 */
#pragma once
#include "common/service/service.h"

handler_fn publicity_get_notice, publicity_list_notices;
