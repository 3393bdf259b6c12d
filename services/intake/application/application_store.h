/* SPDX-License-Identifier: Apache-2.0 */
/*
 * application_store - applications in the database, their forms and their history, and as messages
 */
#pragma once
#include "common/service/service.h"
#include "intake.pb-c.h"
#include "services/intake/application/application.h"
#include "services/intake/registry/registry.h"

/* Refused with not_found (field application_id). */
int application_load(struct ctx *c, const char *id, struct application *ret_a) MUST_CHECK;
/* ... (field @field). */
int application_load_at(struct ctx *c, const char *id, const char *field,
                        struct application *ret_a) MUST_CHECK;
/* A row of application_get or application_list. */
void application_of_row(const struct rows *rows, size_t i, struct application *ret_a);
void application_insert(struct ctx *c, const struct application *a);
/* Write @a, which was read in state @from. MSG_LATER if someone was faster. */
int application_save(struct ctx *c, const struct application *a, const char *from) MUST_CHECK;
/* Note a step in the history; @document: the decision a correction rests on, else NULL. */
void application_note(struct ctx *c, const struct application *a, const char *from,
                      const char *reason, const char *document);
/* The form of @a's version is written anew / read. */
void application_form_put(struct ctx *c, const struct application *a,
                          Intake__FormField *const *form, size_t n);
int application_form(struct ctx *c, const struct application *a, Intake__FormField ***ret_form,
                     size_t *ret_n) MUST_CHECK;
/* As messages carry it; without the form. Lives in the arena. */
Intake__Application *application_message(struct ctx *c, const struct application *a);
/* The forms of @n applications of one list, in the order of their ids, into their messages. */
int application_forms(struct ctx *c, Intake__Application *const *list, size_t n) MUST_CHECK;
/* With the form. */
int application_message_whole(struct ctx *c, const struct application *a,
                              Intake__Application **ret_m) MUST_CHECK;
/* Take over what is known of the subject now. */
void application_take_subject(struct application *a, const struct subject *s);
