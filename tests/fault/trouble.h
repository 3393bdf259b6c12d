/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trouble - what goes wrong between the kills, and is put right again
 *
 * A trouble begins, kills may fall into it, and it ends; whatever happened meanwhile (its process
 * is gone, the server is down), the end leaves nothing of it behind. All of it runs on the killer's
 * thread, one trouble at a time.
 */
#pragma once
#include <libpq-fe.h>

#include "fault.h"

enum { WHAT = 48 };

struct scene {
    struct stack *stack; /* the killer's own: it is read again and again */
    struct bus_link *link;
    struct dice dice; /* of the step: what an earlier one drew shifts nothing */
};

struct trouble {
    const char *name;
    /* It is there, @what says where. false: not possible at this moment; nothing was changed. */
    bool (*begin)(struct scene *sc, char what[WHAT]);
    void (*end)(struct scene *sc);
    bool instances; /* needs a second instance */
};
extern const struct trouble troubles[]; /* in rows up to one without a name */
enum { N_TROUBLES = 10 };

/* trouble_db.c: in the database */
bool disk_full_begin(struct scene *sc, char what[WHAT]);
void disk_full_end(struct scene *sc);
bool read_only_begin(struct scene *sc, char what[WHAT]);
void read_only_end(struct scene *sc);
bool backend_frozen_begin(struct scene *sc, char what[WHAT]);
bool sessions_cut_begin(struct scene *sc, char what[WHAT]);
/* What makes the disk full when it is told to; before the load begins. */
void trouble_prepare(void);
/* How often a full disk was met. */
long disk_full_felt(void);

/* trouble_process.c: at the processes */
bool service_frozen_begin(struct scene *sc, char what[WHAT]);
bool sockets_cut_begin(struct scene *sc, char what[WHAT]);
/* Ends the freezing of whatever stands still. */
void thaw(struct scene *sc);
void freeze(pid_t pid);
void nothing_to_end(struct scene *sc);

/* trouble_second.c: another instance of a service */
bool second_begin(struct scene *sc, char what[WHAT]);
void second_end(struct scene *sc);

/* trouble_annex.c: beside the stack's services */
bool versions_begin(struct scene *sc, char what[WHAT]);
void versions_end(struct scene *sc);
bool set_back_begin(struct scene *sc, char what[WHAT]);
void set_back_end(struct scene *sc);

/* trouble_clock.c: the machine's clock */
bool clock_step_begin(struct scene *sc, char what[WHAT]);
void clock_step_end(struct scene *sc);
/* Before the stack is started: what is started from now on has a clock that may step. 0 or
 * negative. */
int clock_prepare(void) MUST_CHECK;
void clock_remove(void);

/* ---- the stack's processes; killer.c ---- */

/* Of "intake", ..., "postgresql", a child of the supervisor; 0 when it does not run just now. */
pid_t scene_pid(struct scene *sc, const char *name);
bool is_child(pid_t pid, pid_t parent);
/* A session of a service's, by dice; 0 without one. */
pid_t scene_backend(struct scene *sc);
/* As the superuser; the caller finishes it. */
PGconn *scene_connect(void);
/* The first column of the first row as a number; -1: the server is away. trouble_db.c */
long scene_number(const char *sql);
