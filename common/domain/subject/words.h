/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words - message enums as the words that stand in programme files, state machines and tables
 */
#pragma once
#include "intake.pb-c.h"

/* "renamed", "dissolved" ...: what exit rules name. NULL for a kind of a later release. */
const char *change_word(Intake__RecordChange__Kind kind);
