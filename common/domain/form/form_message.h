/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form_message - the forms of a programme as clients draw them
 */
#pragma once
#include "common/domain/programme/programme.h"
#include "form.pb-c.h"

/* Every form of @p: of its categories in their order, then of its re-evaluations. In @a; texts are the programme's. */
Form__Form **form_messages(struct arena *a, const struct programme *p, size_t *ret_n);
