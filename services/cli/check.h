/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check - the words of a command line that name things of a stack
 *
 * Each is looked at before anything is asked for, so that what cannot be read is wrong usage
 * whether the stack is up or not. Each returns CLI_DONE, or CLI_USAGE once it was said.
 */
#pragma once
#include <stdint.h>

#include "common/base/defs.h"

/* One of stack_services. */
int check_service(const char *name);
/* The code of a region: 310000, 310105. */
int check_district(const char *code);
/* "2026-10"; whether it is over is the services' to say. */
int check_month(const char *month);
/* A snapshot's or an export's file in archive.folder (common/service/snapshot/snapshot_name.h). */
int check_snapshot_name(const char *name);
/* A row's number or an event's position, from @low on. */
int check_position(const char *text, int64_t low, int64_t *ret_n);
/*
 * Where a command was told to leave its result, before it begins: a folder that can be written to, and no file that would be
 * lost. One that is there and not empty is left alone unless @force; a pipe or /dev/null loses nothing. NULL is standard
 * output. CLI_DONE, or CLI_FINDING once it was said.
 */
int check_result_file(const char *path, bool force);
/* Whether @kind is a list of the registry that can be imported and exported. */
bool is_registry_kind(const char *kind);
