/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publicity - what the service's files share: its machines, its ledger and its handlers
 */
#pragma once
#include "common/domain/programme/programme.h"
#include "common/service/service.h"
#include "intake.pb-c.h"
#include "publicity.pb-c.h"
#include "scoring.pb-c.h"

extern const struct fsm notice_fsm, objection_fsm, list_fsm, entry_fsm, honour_fsm, plaque_fsm;
extern const struct ledger notice_ledger;

/* events: programmes (programmes.c), lists (lists.c), changes of subjects (changes.c), confirmed
 * cases (exits.c) */
handler_fn publicity_on_programme, publicity_on_list, publicity_on_change, publicity_on_passed,
    publicity_on_failed;
/* notices: draft.c, signing.c, publishing.c, notices.c */
handler_fn publicity_draft_notice, publicity_co_sign, publicity_schedule_notice,
    publicity_get_notice, publicity_list_notices;
/* timers "publish" and "close"; the key is the notice's id */
handler_fn publicity_on_publish_due, publicity_on_close_due;
/* objections: objecting.c, objections.c */
handler_fn publicity_file_objection, publicity_investigate_objection, publicity_resolve_objection,
    publicity_list_objections;
/* lists and honours: lists.c, finalising.c, honours.c, exits.c, plaques.c */
handler_fn publicity_get_list, publicity_finalise_list, publicity_record_honour,
    publicity_revoke_honour, publicity_list_honours;
handler_fn publicity_return_plaque, publicity_verify_plaque;
/* timer "plaque_due"; the key is "<district>/<honour id>" */
handler_fn publicity_on_plaque_due;

/* Compare-and-set: 0 when exactly one row changed, MSG_LATER when someone was faster, else as
 * sql_change. */
#define sql_cas(tx, stmt, ...) \
    ({ \
        int64_t changed_ = 0; \
        int cas_ = sql_change((tx), (stmt), &changed_, __VA_ARGS__); \
        cas_ ? cas_ : changed_ == 1 ? 0 : MSG_LATER; \
    })

/* The state @machine comes to from @from on @on, for steps that only our own order of work can ask
 * for (CHECK). */
const char *must_step(const struct fsm *machine, const char *from, const char *on);
/* 0, or refused with value_unknown: @state, unless NULL, must be a state of @machine. */
int need_state(struct ctx *c, const struct fsm *machine, const char *field,
               const char *state) MUST_CHECK;

/*
 * The programme @id of the message's district as last published. MSG_LATER when its event has not
 * come yet: whatever names it came by another stream, so it will.
 */
int programme_need(struct ctx *c, const char *id, const struct programme **ret_p) MUST_CHECK;
/* The programme whose exit rules hold for an honour: its own, else the newest of the @district;
 * NULL if none is known. */
int programme_for_exit(struct ctx *c, const char *district, const char *id,
                       const struct programme **ret_p) MUST_CHECK;

/* The next number of @pattern ({year}, {n}) in the message's district and @year: without gaps,
 * since it is part of the transaction. */
int number_next(struct ctx *c, const char *pattern, int year, const char **ret_number) MUST_CHECK;

/* "YYYY-MM-DD" in the arena; NULL for DAY_NONE. */
const char *day_text(struct arena *a, int32_t day);

/* Optional text of a protobuf message: NULL when absent or empty. */
static inline const char *text_or_null(const char *text)
{
    return text && *text ? text : NULL;
}
