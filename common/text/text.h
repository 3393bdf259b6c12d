/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text - sentences for people in their language
 *
 * The English sentence is the message id; a catalogue per language translates it (po/<language>.po,
 * made into <share>/locale/C.UTF-8/LC_MESSAGES/hongping-<language>.mo). One process answers readers
 * of several languages at once, and a fresh machine has no locale but C.UTF-8, so the language is
 * in the catalogue's name (gettext's domain) and the look-up runs under C.UTF-8 for the calling
 * thread only. Codes and numbers are never translated.
 */
#pragma once
#include "common/base/arena.h"

enum language { LANGUAGE_EN, LANGUAGE_ZH };
const char *
language_tag(enum language language); /* "en", "zh-CN": for Content-Language and lang attributes */

/*
 * Bind the catalogues under @share; once, before threads. Without it, or when a catalogue is
 * missing, sentences are in English. Takes the variable LANGUAGE out of the environment (after
 * reading it), because gettext would follow it instead of us.
 */
void text_init(const char *share);

/* The best of our languages for an Accept-Language header; zh-CN when it is NULL or accepts
 * neither. */
enum language text_language_http(const char *accept_language);
/* The language of the person at the terminal: LC_ALL, LC_MESSAGES, LANG in this order, LANGUAGE
 * first unless that locale is C. Chinese for zh..., English for everything else. */
enum language text_language_env(void);

/* The sentence or word in @language, @msgid itself when there is no translation. Never freed. Any
 * thread. */
const char *text_in(enum language language, const char *msgid);
/* Fill {0} ... {9} of @sentence; a missing value is empty. Values that are our own lower-case words
 * (states, kinds) are translated too, but where {=0} ... {=9} stands: that shows what was sent, or
 * has to be sent, as it is. */
char *text_fill(struct arena *a, enum language language, const char *sentence,
                const char *const *args, size_t n_args);
/* The sentence of a reason code with its values; an unknown code (of a newer service) is given back
 * as it is. */
char *text_reason(struct arena *a, enum language language, const char *code,
                  const char *const *args, size_t n_args);

/* Marks a message id that is looked up elsewhere. */
#define N_(msgid) msgid
