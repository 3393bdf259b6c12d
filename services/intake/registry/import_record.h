/* SPDX-License-Identifier: Apache-2.0 */
/* import_record - the imports that were done: who, when, from which file, what became of the rows, and those that were refused */
#pragma once
#include "intake.pb-c.h"
#include "services/intake/registry/import_read.h"

/* Put on record what @reply says of the import of @t; the refused rows as they stand in the table, with their faults. */
void import_record(struct ctx *c, const struct import_table *t, const char *file_sha256,
                   const Intake__ImportRegistryReply *reply);

handler_fn list_registry_imports, get_registry_import, export_refused_rows;
