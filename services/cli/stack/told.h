/* SPDX-License-Identifier: Apache-2.0 */
/*
 * told - what a stack was told, kept in its data directory: hongping.conf
 *
 * A line is [SERVICE.]KEY=VALUE as after --set, a remark (#) or empty. Beside the services' settings
 * there are two of the stack itself, address and port. up reads the file, puts what its command line
 * says in the place of the lines that said otherwise, and writes it once the stack is up; remarks
 * stay. Without a file a stack is told what up's help names as defaults.
 */
#pragma once
#include "common/base/err.h"
#include "common/base/str.h"

#define TOLD_FILE "hongping.conf"

struct told {
    char **lines;
    size_t n_lines;
    bool known;          /* there was a file */
    struct str changes;  /* what told_say changed in it: "port=9000 (was 8310), ..." */
    const char **sets;   /* of the services, in the file's order; NULL-ended. Borrowed from lines */
    const char *address; /* borrowed too */
    int port;
};
void told_release(struct told *t);

enum {
    TOLD_E_BAD = 1, /* a line that cannot be read; @e names file and line */
    TOLD_E_CITY,    /* the data are another city's; @e says so */
};
/* What is kept in @data, which may not be there yet. TOLD_E_BAD; on failure nothing is held. */
int told_read(const char *data, struct told *ret_told, struct errtext *e) MUST_CHECK;
/* "[SERVICE.]KEY=VALUE" was said. TOLD_E_BAD where that is none; the lines stay as they were. */
int told_say(struct told *t, const char *set, struct errtext *e) MUST_CHECK;
/* Whether @set is a line that holds already. */
bool told_has(const struct told *t, const char *set);
/* Every service's city is the same in both. TOLD_E_CITY. */
int told_same_city(const struct told *kept, const struct told *now, const char *data,
                   struct errtext *e) MUST_CHECK;
/* Keep it. A -errno, @e says why. */
int told_write(const struct told *t, const char *data, struct errtext *e) MUST_CHECK;
