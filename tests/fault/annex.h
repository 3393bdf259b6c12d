/* SPDX-License-Identifier: Apache-2.0 */
/*
 * annex - echo and mirror (tests/support/echo_service) beside the stack's services, on its server
 *
 * What needs a newer build, a history of its own or the machine's clock goes wrong there. One
 * client writes items and sets reminders, many of them due only later than the run lasts, and knows
 * what must be there at the end, as the others do. Their processes are started and killed by
 * troubles alone, never while the clock is off: a process that begins then believes it.
 */
#pragma once
#include "trouble.h"

#define ECHO_SCHEMA "annex_echo" /* the schemas */
#define MIRROR_SCHEMA "annex_mirror"
#define ANNEX_ACCOUNT "fault-annex"

enum annex_part {
    ANNEX_ECHO,
    ANNEX_NEXT /* the newer echo, in a folder of its own */,
    ANNEX_MIRROR,
    ANNEX_N
};

/* Behind start_stack: schemas, echo and mirror. 0 or negative, said. */
int annex_open(void) MUST_CHECK;
/* The client works from the first to the second, after which it has made up for what was lost. The
 * second comes when the killer has ended, on the thread that stays, and starts the parts anew. */
void annex_work(void);
void annex_rest(void);
/* Everything that must be so there. */
void annex_check(struct operator* op);
/* Kill what runs. */
void annex_close(void);

/* Start a part and wait until it answers; false: it does not, and is not there. */
bool annex_start(enum annex_part part);
/* Send @signal and wait for its end; nothing if it is not there. */
void annex_end(enum annex_part part, int signal);
pid_t annex_pid(enum annex_part part);
/* Where all of it writes what it has to say; close it. */
int annex_log(void);
/* Where that part listens. */
const char *annex_endpoint(enum annex_part part);
/* GetState of a part, in @a; NULL without an answer. */
Hp__StateReply *annex_state(struct arena *a, struct bus_link *link, enum annex_part part);
/* Who the client is. */
Hp__Actor *annex_officer(struct arena *a);
/* How many commands there are; the last may be under way. */
long annex_made(void);
/* echo's history was set back to when there were @made: the client sends the others again. */
void annex_was_set_back(long made);
/* How long before its time a reminder ran, as far as that is not over yet; -1: the server is away. */
int64_t annex_early_us(void);

/* annex_check.c for annex.c: what the client knows. */
struct annex_note {
    struct uuid id;
    char id_text[UUID_TEXT], key[48];
    int64_t due_at; /* of a reminder, else 0 */
};
struct annex_notes {
    struct annex_note *list;
    size_t n;
    long n_again; /* sent again behind a restore */
};
extern struct annex_notes annex_notes;
