/* SPDX-License-Identifier: Apache-2.0 */
/*
 * say - how the hongping command speaks: in the language of the terminal
 *
 * A command prints its result on stdout (with --json one JSON document and nothing else, a refusal
 * too), everything else on stderr. It returns its exit code.
 */
#pragma once
#include <jansson.h>

#include "common/text/text.h"

enum { CLI_DONE = 0, CLI_FINDING = 1, CLI_USAGE = 2 };

/* The sentence in the terminal's language. */
const char *tr(const char *msgid) __attribute__((format_arg(1)));
/* A table's cell, @width columns wide: printf does not know that Chinese characters take two. */
void say_cell(FILE *out, const char *text, int width);
/* ... of a number, on standard output. */
void say_cell_number(long long n, int width);
/* A line on stderr, "hongping: ..." ; returns CLI_FINDING (say_fault) or CLI_USAGE (say_usage).
 * @fmt is translated already. */
int say_fault(const char *fmt, ...) PRINTF_LIKE(1, 2);
int say_usage(const char *fmt, ...) PRINTF_LIKE(1, 2);
/*
 * What the next say_fault is about, for the document of say_end: a code that a program knows
 * ("month_not_over", "silent", "stack_down"), the field of the request that was refused (NULL: none) and
 * the reason as a sentence (NULL: the line itself). NULL, NULL, NULL takes it back. Copied.
 */
void say_about(const char *code, const char *field, const char *reason);
/* A line of progress on stderr. */
void say(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* Print @doc on stdout, indented, and free it. A full disk is a fault: returns CLI_DONE or
 * CLI_FINDING. */
int print_json(json_t *doc);

/* Whether standard output is to be one JSON document, whatever becomes of the command. */
void say_json(bool on);
/*
 * The end of a command whose exit code is @code; returns it. Where JSON is wanted and a fault or wrong usage left none on
 * standard output, it is the last one said: {"ok": false, "code", "field", "reason", "sentence", "exit"}; the code is "usage"
 * or "failed" where say_about named none.
 */
int say_end(int code);
