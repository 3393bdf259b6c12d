/* SPDX-License-Identifier: Apache-2.0 */
/*
 * change - what happened to a subject: renamed, merged, dissolved, left ...
 *
 * Which of these end an honour is the programme's rule (exit), not decided here.
 */
#pragma once
#include "common/service/service.h"

handler_fn record_change;
