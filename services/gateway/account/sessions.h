/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sessions - sessions begun and ended, and the failures that lock an account
 *
 * All times here are wall time. Failures are counted by the name as typed, known or not: otherwise
 * the answer "locked" would tell which accounts exist.
 */
#pragma once
#include "common/service/service.h"

handler_fn gateway_open_session, gateway_record_login_failure, gateway_logout;
