/* SPDX-License-Identifier: Apache-2.0 */
/* drafting - an officer drafts the proposal notice of a list, or a correction of it */
#pragma once
#include "common/service/service.h"

handler_fn publicity_draft_notice;
