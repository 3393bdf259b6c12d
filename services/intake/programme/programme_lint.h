/* SPDX-License-Identifier: Apache-2.0 */
/* programme_lint - what the linter says of a programme file before anybody publishes it */
#pragma once
#include "common/service/service.h"

handler_fn lint_a_programme;
