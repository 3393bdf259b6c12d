/* SPDX-License-Identifier: Apache-2.0 */
/* archive_list - the record of archives, and which months may follow */
#pragma once
#include "common/service/archive/archive.h"

struct task;
struct tx;

/* Those of @ledger in @district (NULL: all), of each chain in its order. TX_E_*. */
int archived_read(struct tx *tx, const char *ledger, const char *district,
                  struct archived **ret_list, size_t *ret_n) MUST_CHECK;
/* For an answer; borrows from @a. */
Hp__Archive *archived_message(struct arena *arena, const struct archived *a);

/* ---- months ---- */

enum { MONTH_E_BAD = 1 };
int month_parse(const char *text, struct month *ret_month) MUST_CHECK;
/* Why a month is not archived now: field and up to two values for the reason's sentence. */
struct month_refusal {
    enum reason reason;
    const char *field, *one, *two;
};
enum { MONTH_E_REFUSED = 1 };
/*
 * Whether @text is a month that may be archived: over, no command of it remembered any more, and none before it left. MONTH_E_REFUSED;
 * TX_E_*: the database. Texts are in @a or borrowed.
 */
int month_admit(const struct service *svc, struct pg *pg, struct arena *a, const char *text,
                struct month *ret_month, struct month_refusal *ret_refusal) MUST_CHECK;
/* bus.ListArchives */
void list_archives_start(struct task *t);
/* Whether job archive with these arguments may be begun (job.h). */
bool archive_admit_job(struct task *t, struct pg *pg, struct bytes args, int *ret_r);
