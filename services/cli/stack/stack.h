/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stack - a private PostgreSQL and the six services, started and stopped as one thing
 *
 * A stack is its data directory:
 *   hongping.pid   held locked by the supervisor as long as the stack is up
 *   stack.json     what runs where, kept current by the supervisor
 *   clock          where the manual clock began; present if the stack has one
 *   hongping.conf  what it was told (told.h)
 *   keys/seal.pem  what the services sign with, made once; seals/ what they signed
 *   pg/            PostgreSQL; conf/ the services' settings files; log/ one log a service and PostgreSQL's
 *   files/         evidence
 * Sockets are in /tmp/hongping-<uid>-<hash of the data directory>/, mode 0700: who may
 * enter it may operate the stack.
 *
 * Whoever starts a stack (up, demo, tests) uses this; the process that watches over it is
 * supervise.h.
 */
#pragma once
#include <jansson.h>
#include <sys/types.h>

#include "common/base/err.h"

enum { STACK_N_SERVICES = 6 };
#define STACK_PORT 8310
#define STACK_CITY "310000"      /* Shanghai, unless --set city=... */
#define STACK_DISTRICTS "310105" /* Changning, unless --set districts=... */
#define STACK_ARCHIVE "archive"  /* in the data directory: archived months */
#define STACK_SEALS "seals"      /* in the data directory: <service>.jsonl, what was signed */
#define STACK_KEY \
    "keys/seal.pem" /* in the data directory: what all services of the stack sign with */
/* intake, scoring, publicity, credit, reporting, gateway: the order of starting; ended by NULL. */
extern const char *const stack_services[];

/* A stack that is up, or was. */
struct stack {
    char *data;
    char *bus_dir;    /* folder of the services' sockets */
    char *api;        /* "http://127.0.0.1:8310" */
    char *city;       /* "310000" */
    char **districts; /* NULL-ended */
    bool manual_clock;
    pid_t pid;      /* of the supervisor */
    char *password; /* the first administrator's ("admin"), only right after stack_start created it;
                       NULL otherwise */
    json_t *json;   /* stack.json as read last */
};
void stack_free(struct stack *s); /* forgets it; does not stop it */
DEFINE_CLEANUP(struct stack *, stack_free)

enum {
    STACK_E_DOWN = 1,    /* nothing runs in that data directory */
    STACK_E_UP,          /* something runs there already: use it or stop it first */
    STACK_E_FAILED,      /* could not be started or stopped; @e says why and where the log is */
    STACK_E_INTERRUPTED, /* told to end while it started */
};

/* Of root /var/lib/hongping; of others hongping in $XDG_DATA_HOME, which is ~/.local/share unless it
 * is set. free() it. */
char *stack_default_data(void);
/* The folder the running program is in. free() it. */
char *stack_bin(void);
/* The program @name (hongping or a service): in @bin or, where it is installed, in
 * @bin/../libexec/hongping. @bin is at most STACK_DATA_MAX long. */
enum { STACK_PATH = 512, STACK_DATA_MAX = 400 };
const char *stack_program(const char *bin, const char *name, char buf[STACK_PATH]);
/* The folder for sockets of a data directory. free() it. */
char *stack_socket_dir(const char *data);

/* The stack running in @data (NULL: the default). STACK_E_DOWN. */
int stack_find(const char *data, struct stack **ret_s, struct errtext *e) MUST_CHECK;
/* Stop everything in order and wait for it. STACK_E_FAILED if it does not end within a minute. */
int stack_stop(struct stack *s, struct errtext *e) MUST_CHECK;
/* Read stack.json again. */
int stack_refresh(struct stack *s, struct errtext *e) MUST_CHECK;
/* Remove a stopped stack's data directory with everything in it. */
int stack_remove(const char *data, struct errtext *e) MUST_CHECK;

/* ---- for those who start and watch it ---- */

/* <data>/<name>, in a buffer of STACK_PATH; CHECKs that it fits, which stack_start has seen to. */
const char *stack_path(const char *data, const char *name, char buf[STACK_PATH]);
/*
 * Take (or only try) the lock on hongping.pid. 0 and its descriptor, or STACK_E_UP when another
 * process holds it.
 */
int stack_lock(const char *data, int *ret_fd, struct errtext *e) MUST_CHECK;
/* A stack to be started in @data, which is made. STACK_E_UP, STACK_E_FAILED. */
int stack_make(const char *data, struct stack **ret_s, struct errtext *e) MUST_CHECK;
