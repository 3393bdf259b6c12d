/* SPDX-License-Identifier: Apache-2.0 */
/* recording - an honour of an earlier year is recorded */
#pragma once
#include "common/service/service.h"

handler_fn publicity_record_honour;
