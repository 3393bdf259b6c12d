/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form_files - files that people without an account upload with an objection: whose they are, and when they go
 *
 * They stand under the form they were uploaded with. What an objection names is claimed before the objection is filed, and let go when it is
 * refused; a crash between the two keeps a file nobody names, never loses one that somebody does.
 */
#pragma once
#include "common/service/service.h"
#include "services/gateway/gateway.h"

/* How many files a form takes, and how large one may be (bytes). */
enum { FORM_FILES = 5, FORM_FILE_MAX = 5 << 20 };
/* jpeg, png, pdf; ended by NULL. */
extern const char *const form_types[];

/* Handlers: refused with files_too_many; with not_found where a file was not uploaded under the form or by the account. */
handler_fn gateway_record_form_file, gateway_claim_files;

/* Remove what was uploaded more than a day ago and is not claimed, the content too where nobody else has it. On a worker. */
void form_files_collect(const struct gateway *g, const char *city, void *worker);
