/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tasks - which event makes a task wait, which ends it, whose it is and until when
 *
 * The one table of the to-do list, a row per event and kind of task. Paths are dotted names from the event
 * ("application.step"); one that begins with a dot starts at the item of `each`.
 */
#pragma once
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

struct task_rule {
    const char *source; /* the service that says it */
    const ProtobufCMessageDescriptor *event;
    const char *kind;   /* "notice.sign": <thing>.<what is to be done> */
    bool waits;         /* from this event on; false: not any more */
    const char *when;   /* "path=word", or "path=word|word": only then; NULL: always */
    const char *each;   /* a repeated field of the event, a task for each item; NULL: one task */
    const char *unless; /* a path: not where it is set; NULL: whatever is set */
    const char *id; /* path of the thing's id. Beside it stand its programme, subject and name */
    /* path of whom it waits for, where the same waits for several; NULL: for one, or, where it ends, for none any more */
    const char *who;
    const char *thing; /* as proto/api/changes.def calls it */
    /* Whose it is, of those that wait: */
    const char *role;      /* any of these account roles, with commas between */
    const char *role_from; /* path of it instead */
    const char *
        role_term; /* instead, what the programme has under this name and the word at who (term.h) */
    const char
        *region; /* path of the region that the role's must cover; NULL or not set: the district */
    const char *holder; /* path of the subject the role must speak for; NULL or not set: none */
    const char *due;    /* path of the day (its end counts) or instant; NULL: see due_term */
    const char
        *due_term; /* until when, by a name of the programme's terms; NULL: no rule names a day */
};
extern const struct task_rule task_rules[]; /* ended by source NULL */
