/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events - the names of all messages this build was made with
 */
#pragma once
#include <stdbool.h>

/* Whether @type ("publicity.NoticePublished") is a message of proto/. One that is not comes from a newer release. */
bool message_is_known(const char *type);
