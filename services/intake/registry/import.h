/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import - a whole file of registry rows: every good row goes in, every other is named with its
 * line, column and reason
 *
 * One transaction for the file. A preview does everything but write.
 */
#pragma once
#include "common/service/service.h"

handler_fn registry_import;
