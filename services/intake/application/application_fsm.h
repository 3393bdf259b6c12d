/* SPDX-License-Identifier: Apache-2.0 */
/*
 * application_fsm - the life of an application; docs/states.md's diagram is printed from its rows
 *
 * Whose turn it is while submitted (the step of the route's chain) is kept beside the state.
 */
#pragma once
#include "common/fsm/fsm.h"

extern const struct fsm application_fsm;
