/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exit - what a change of a subject does to whoever holds an honour, stands on a list or applies
 *
 * Changning 2023, section 五(一)4 and 五(二)4: dissolution and leaving the district end an
 * enterprise's own honours and those of the sites it serves; leaving a site ends that site's.
 * Mergers, new names and new branches end nothing: an enterprise merged into another goes on in it,
 * so that striking off the merged one ends nothing either, but what befalls that other does. Which
 * kinds end and which are exempt is the programme's exit section; a kind in neither list does
 * nothing. What the source leaves open is decided in docs/domain.md.
 *
 * Everything borrows from the caller.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct programme;

/* What happened to a subject. */
struct change {
    const char *change_id;
    const char *region; /* the district or city it befell in: holders outside are untouched */
    const char *kind;   /* "dissolved": a word of words.h */
    const char *subject_id;
    const char *site_id; /* of left_site, else NULL */
    const char *into_id; /* of merged, else NULL */
    const char *name;    /* after the change; NULL: as before, or not known */
    int32_t day;         /* it befell */
};

/* Whom the rule is asked about: the holder of an honour, an entry, a candidate. */
struct exit_holder {
    const char *district, *subject_id;
    const char *enterprise_id; /* who serves the site, or whom the enterprise went on in; NULL: not
                                  known, of an enterprise: itself */
    bool enterprise;           /* else a site or a committee */
    int32_t since_day;         /* leaving counts from here on, since who left may come back with a
                                  new project; DAY_NONE: always */
};

enum exit_effect {
    EXIT_NOTHING = 0, /* it concerns somebody else, or no rule names it */
    EXIT_KEPT,        /* exempt: a new name, another enterprise to go on in */
    EXIT_REMARK, /* an enterprise left one of its sites: for people to read, its own honour stays */
    EXIT_ENDS,
};

/*
 * What @ch does to @h by @p. @changes are all that are known, in any order, @ch need not be among
 * them: the exempt mergers among them say in whom an enterprise had gone on by the day of @ch.
 */
enum exit_effect exit_effect(const struct programme *p, const struct exit_holder *h,
                             const struct change *changes, size_t n, const struct change *ch);
/* The first of @changes, in their order, that ends @h; NULL: none. */
const struct change *exit_first(const struct programme *p, const struct exit_holder *h,
                                const struct change *changes, size_t n);
/* The enterprise that @h stands by on @day, after the exempt mergers among @changes up to that day;
 * NULL: not known. */
const char *exit_enterprise(const struct programme *p, const struct exit_holder *h,
                            const struct change *changes, size_t n, int32_t day);
