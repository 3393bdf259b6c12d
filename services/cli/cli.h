/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli - what the files of the hongping command share: the table of commands and how they speak
 *
 * A command prints its result on stdout (with --json one JSON document and nothing else),
 * everything else on stderr, in the language of the terminal. It returns its exit code.
 */
#pragma once
#include <jansson.h>

#include "common/text/text.h"
#include "services/cli/args.h"

enum { CLI_DONE = 0, CLI_FINDING = 1, CLI_USAGE = 2 };

typedef int command_fn(const struct args *args);
struct command {
    const char *name;
    const char *words;                /* how its words are called: "DATE N"; "" for none */
    int low, high;                    /* how many of them */
    const char *summary;              /* one line, English: the msgid, as are all texts here */
    const char *text;                 /* the rest of the help; may be NULL */
    const struct arg_option *options; /* ended by name NULL; may be NULL */
    command_fn *run;
    bool hidden; /* for hongping itself: not in the list */
};
extern const struct command commands[]; /* ended by name NULL */

command_fn cmd_up, cmd_down, cmd_status, cmd_streams, cmd_clock, cmd_calendar, cmd_check, cmd_lint,
    cmd_import, cmd_archive, cmd_verify, cmd_jobs, cmd_proof, cmd_snapshot, cmd_states, cmd_demo, cmd_supervise;

/* The sentence in the terminal's language. */
const char *tr(const char *msgid) __attribute__((format_arg(1)));
/* A table's cell, @width columns wide: printf does not know that Chinese characters take two. */
void say_cell(FILE *out, const char *text, int width);
/* A line on stderr, "hongping: ..." ; returns CLI_FINDING (say_fault) or CLI_USAGE (say_usage).
 * @fmt is translated already. */
int say_fault(const char *fmt, ...) PRINTF_LIKE(1, 2);
int say_usage(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* A line of progress on stderr. */
void say(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* Print @doc on stdout, indented, and free it. A full disk is a fault: returns CLI_DONE or
 * CLI_FINDING. */
int print_json(json_t *doc);

/* A file's whole content, NUL-terminated, at most @limit bytes; free() it. -errno, -EFBIG; @e names
 * the file. */
int read_file(const char *path, size_t limit, char **ret_text, size_t *ret_size,
              struct errtext *e) MUST_CHECK;
/* Write a file so that a reader sees the old or the new content, never half. Mode 0600. */
int write_file(const char *path, const char *text, struct errtext *e) MUST_CHECK;
