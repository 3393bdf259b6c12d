/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/programme/programme.h"

#include <string.h>

#include "common/base/digest.h"
#include "common/base/str.h"
#include "common/domain/correction/correction.h"
#include "common/domain/programme/supplement.h"
#include "intake.pb-c.h"
#include "intake_sql.h"
#include "services/intake/programme/programme_load.h"
#include "services/intake/programme/stage_fsm.h"

#include "common/base/banned.h"

/* ---- publishing ---- */

struct publication {
    const Intake__PublishProgramme *request;
    struct programme *p;
    char sha256[DIGEST_HEX];
    int64_t version;
    bool repeated;       /* the same text again: nothing to do */
    bool begun;          /* a stage of the version before has */
    int32_t on_day;      /* of the supplementary decision */
    struct rows *stages; /* of the version before */
};

static int lint(struct ctx *c, struct publication *pub)
{
    const char *text = pub->request->document;
    size_t size = strlen(text);
    uint8_t hash[DIGEST_SIZE];
    struct programme_finding *f;
    int r = need_text(c, "file_name", pub->request->file_name, 1, 200), n = 0;

    if (r)
        return r;
    if (size > PROGRAMME_DOCUMENT_MAX)
        return refuse(c, reason_file_too_large, "document",
                      arena_printf(c->arena, "%d", PROGRAMME_DOCUMENT_MAX), NULL);
    f = programme_lint(c->arena, text, size, &pub->p);
    for (struct programme_finding *g = f; g; g = g->next)
        n++;
    if (f)
        return refuse(c, reason_programme_lint, "document", arena_printf(c->arena, "%d", f->line),
                      arena_printf(c->arena, "%d", f->column), f->message,
                      arena_printf(c->arena, "%d", n), NULL);
    if (strcmp(pub->p->district, c->district) != 0)
        return refuse(c, reason_programme_elsewhere, "document", pub->p->district, NULL);
    digest_once(DIGEST_SHA256, text, size, hash);
    hex_format(hash, sizeof(hash), pub->sha256);
    return 0;
}

/* What a supplementary decision may change, and that it is one. */
static int check_supplement(struct ctx *c, struct publication *pub)
{
    const Correction__Authority none = CORRECTION__AUTHORITY__INIT;
    const Correction__Authority *authority = pub->request->authority;
    const struct programme_difference *forbidden;
    struct programme_difference *found;
    const struct programme *before;
    struct rows *rows;
    size_t n;
    int r = programme_load(c, pub->p->id, &before);

    if (r == 0)
        r = sql_query(c->tx, &sql_programme_get, &rows, T(c->district), T(pub->p->id), T(NULL),
                      AT(c->now));
    if (r == 0)
        r = err_fold(programme_differences(c->arena, rows_text(rows, 0, "document"),
                                           pub->request->document, &found, &n));
    if (r)
        return r;
    forbidden = supplement_forbids(before, pub->p, found, n, instant_day(c->now));
    if (forbidden)
        return refuse(c, reason_programme_sealed, "document", pub->p->id, forbidden->path,
                      forbidden->before ? forbidden->before : "",
                      forbidden->after ? forbidden->after : "", NULL);
    return correction_need_authority(c, authority ? authority : &none, &pub->on_day);
}

/* The version this text gets. */
static int find_version(struct ctx *c, struct publication *pub)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_stage_lock, &pub->stages, T(c->district), T(pub->p->id));

    if (r == 0)
        r = sql_query(c->tx, &sql_programme_versions, &rows, T(c->district), T(pub->p->id),
                      AT(c->now));
    if (r)
        return r;
    pub->version = rows_i64(rows, 0, "version") + 1;
    pub->begun = rows_bool(rows, 0, "begun");
    if (str_equal(rows_text(rows, 0, "document_sha256"), pub->sha256)) {
        pub->repeated = true;
        pub->version--;
        return 0;
    }
    return pub->begun ? check_supplement(c, pub) : 0;
}

static const char *stage_key(struct ctx *c, const struct programme *p, const char *stage)
{
    return arena_printf(c->arena, "%s/%s", p->id, stage);
}

/* Stages of an earlier version that this one has no more are forgotten with their timers. */
static void clear_stages(struct ctx *c, const struct programme *p)
{
    static const char *const words[] = {"mobilise", "recommend", "review", "award"};

    sql_exec(c->tx, &sql_stage_clear, T(c->district), T(p->id));
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        timer_cancel(c, "stage_begins", stage_key(c, p, words[i]));
        timer_cancel(c, "stage_ends", stage_key(c, p, words[i]));
    }
}

/* The stage's state in the version before; one that is new waits. */
static const char *state_before(const struct rows *stages, const char *id)
{
    for (size_t i = 0; i < rows_count(stages); i++)
        if (str_equal(rows_text(stages, i, "stage"), id))
            return rows_text(stages, i, "state");
    return stage_fsm.start;
}

/* Its timers follow its days; one that was over and is to last longer opens again. */
static void set_stage(struct ctx *c, const struct programme *p, const struct programme_stage *s,
                      const char *state)
{
    const struct fsm_edge *again = fsm_edge_for(&stage_fsm, state, "extend");
    Intake__StageOpened event = INTAKE__STAGE_OPENED__INIT;
    int64_t ends_at = day_end(s->to_day);

    if (again && ends_at > c->now) {
        state = again->to;
        event.programme_id = (char *)p->id;
        event.stage = (char *)s->id;
        emit(c, NULL, &event.base);
    }
    sql_exec(c->tx, &sql_stage_put, T(c->district), T(p->id), T(s->id), AT(day_start(s->from_day)),
             AT(ends_at), T(state));
    if (str_equal(state, "waiting"))
        timer_set(c, "stage_begins", stage_key(c, p, s->id), day_start(s->from_day));
    if (!str_equal(state, "closed"))
        timer_set(c, "stage_ends", stage_key(c, p, s->id), ends_at);
}

static void publish(struct ctx *c, const struct publication *pub)
{
    const Correction__Authority *authority = pub->begun ? pub->request->authority : NULL;
    Intake__ProgrammePublished event = INTAKE__PROGRAMME_PUBLISHED__INIT;
    const struct programme *p = pub->p;
    char day[DAY_TEXT];

    sql_exec(c->tx, &sql_programme_insert, T(c->district), T(p->id), I(pub->version), T(p->title),
             I(p->year), T(pub->request->document), T(pub->sha256), AT(c->now), T(c->account),
             T(authority ? authority->reason : NULL), T(authority ? authority->document : NULL),
             T(authority ? day_format(pub->on_day, day) : NULL));
    if (!pub->begun)
        clear_stages(c, p);
    for (size_t i = 0; i < p->n_stages; i++)
        set_stage(c, p, &p->stages[i],
                  pub->begun ? state_before(pub->stages, p->stages[i].id) : stage_fsm.start);
    event.programme_id = (char *)p->id;
    event.version = (int32_t)pub->version;
    event.document = pub->request->document;
    event.document_sha256 = (char *)pub->sha256;
    event.title = (char *)p->title;
    event.year = p->year;
    event.authority = (Correction__Authority *)authority;
    emit(c, NULL, &event.base);
}

static int plan_publication(struct ctx *c, const void *request, struct joint_matter *m)
{
    struct publication *pub = arena_new_one(c->arena, struct publication);
    const char **content = arena_new_array(c->arena, const char *, 2);
    int r;

    pub->request = request;
    r = lint(c, pub);
    if (r == 0)
        r = find_version(c, pub);
    if (r)
        return r;
    content[0] = pub->sha256;
    content[1] = arena_printf(c->arena, "version %lld", (long long)pub->version);
    m->programme = pub->p;
    m->programme_id = m->target_id = pub->p->id;
    m->content = content;
    m->n_content = 2;
    m->plan = pub;
    return 0;
}

static int carry_out(struct ctx *c, const void *request, const struct joint_matter *m)
{
    (void)request;
    publish(c, m->plan);
    return 0;
}

const struct joint_kind programme_act = {JOINT_PROGRAMME, "programme",
                                         &intake__publish_programme__descriptor,
                                         .plan = plan_publication, .carry_out = carry_out};

int publish_programme(struct ctx *c)
{
    Intake__PublishProgrammeReply reply = INTAKE__PUBLISH_PROGRAMME_REPLY__INIT;
    struct joint_matter matter = {0};
    const struct publication *pub;
    int r = plan_publication(c, c->request, &matter);

    pub = matter.plan;
    if (r == 0 && !pub->repeated)
        r = joint_ask(c, &programme_act, &reply.act);
    if (r)
        return r;
    reply.programme_id = (char *)pub->p->id;
    reply.version = (int32_t)pub->version;
    reply.document_sha256 = (char *)pub->sha256;
    reply_with(c, &reply.base);
    return 0;
}

/* ---- the stages ---- */

/* Move the stage a timer is about; 0 rows changed means that another version has moved or taken
 * away the timer's stage. */
static int move_stage(struct ctx *c, const char *from, const char *on, char **ret_programme,
                      char **ret_stage, int64_t *ret_changed)
{
    const struct fsm_edge *edge = fsm_edge_for(&stage_fsm, from, on);
    const char *slash = strchr(c->timer_key, '/');

    CHECK(edge && slash);
    *ret_programme = arena_strndup(c->arena, c->timer_key, (size_t)(slash - c->timer_key));
    *ret_stage = arena_strdup(c->arena, slash + 1);
    return sql_change(c->tx, &sql_stage_move, ret_changed, T(c->district), T(*ret_programme),
                      T(*ret_stage), T(from), T(edge->to));
}

int on_stage_begins(struct ctx *c)
{
    Intake__StageOpened event = INTAKE__STAGE_OPENED__INIT;
    int64_t changed = 0;
    int r = move_stage(c, "waiting", "begin", &event.programme_id, &event.stage, &changed);

    if (r == 0 && changed)
        emit(c, NULL, &event.base);
    return r;
}

int on_stage_ends(struct ctx *c)
{
    Intake__StageClosed event = INTAKE__STAGE_CLOSED__INIT;
    int64_t changed = 0;
    int r = move_stage(c, "open", "end", &event.programme_id, &event.stage, &changed);

    if (r == 0 && changed)
        emit(c, NULL, &event.base);
    return r;
}
