/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/runs.h"

#include <string.h>

#include "common/base/str.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"

#include "common/base/banned.h"

enum { SAID_AT_ONCE = 1000 }; /* subjects in one event: a city has more than an event may hold */

static void fill_subject(struct run_subject *s, const struct rows *rows, size_t i)
{
    s->r.subject_id = rows_text(rows, i, "subject_id");
    s->r.group = rows_text(rows, i, "quota_group");
    s->r.out_of_rank = rows_text(rows, i, "out_of_rank");
    s->r.rank = (int)rows_i64(rows, i, "rank");
    s->r.n_tied = (int)rows_i64(rows, i, "n_tied");
    s->r.place = (int)rows_i64(rows, i, "place");
    s->r.decided = rows_bool(rows, i, "decided");
    s->category = rows_text(rows, i, "category");
    s->name = rows_text(rows, i, "name");
    s->enterprise_id = rows_text(rows, i, "enterprise_id");
    s->enterprise_name = rows_text(rows, i, "enterprise_name");
    s->subdistrict = rows_text(rows, i, "subdistrict");
    s->score_milli = rows_i64(rows, i, "score_milli");
}

static int load_subjects(struct ctx *c, struct run *run)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_run_subjects, &rows, T(c->district), T(run->run_id));

    if (r)
        return r;
    run->n_subjects = rows_count(rows);
    run->subjects = arena_new_array(c->arena, struct run_subject, run->n_subjects + 1);
    for (size_t i = 0; i < run->n_subjects; i++)
        fill_subject(&run->subjects[i], rows, i);
    return 0;
}

static struct ranked **ranked_of(struct arena *a, const struct run *run)
{
    return run_ranked(
        a, &(struct run_model){.subjects = run->subjects, .n_subjects = run->n_subjects});
}

int run_get(struct ctx *c, const char *run_id, bool lock, struct run *ret,
            struct published *ret_pub)
{
    struct rows *rows;
    struct run run;
    int r;

    r = need_text(c, "run_id", run_id, 1, 100);
    if (r)
        return r;
    r = sql_query(c->tx, &sql_run_get, &rows, T(c->district), T(run_id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "run_id", "score run", NULL);
    run = (struct run){
        .run_id = rows_text(rows, 0, "run_id"),
        .programme_id = rows_text(rows, 0, "programme_id"),
        .panel_id = rows_text(rows, 0, "panel_id"),
        .result_sha256 = rows_text(rows, 0, "result_sha256"),
        .version = (int32_t)rows_i64(rows, 0, "programme_version"),
        .at = rows_at(rows, 0, "at"),
    };
    if (lock)
        published_lock(c, run.programme_id);
    r = published_get(c, run.programme_id, ret_pub);
    if (r)
        return r;
    r = load_subjects(c, &run);
    if (r)
        return r;
    rank_stand(ret_pub->p, ranked_of(c->arena, &run), run.n_subjects, ret_pub->p->ranking.reserve);
    *ret = run;
    return 0;
}

Scoring__ScoredSubject *run_message(struct arena *a, const struct run_subject *s)
{
    Scoring__ScoredSubject *m = arena_new_one(a, Scoring__ScoredSubject);

    scoring__scored_subject__init(m);
    m->subject_id = (char *)s->r.subject_id;
    m->category = (char *)s->category;
    m->group = (char *)s->r.group;
    m->name = (char *)s->name;
    m->score_milli = s->score_milli;
    m->rank = s->r.place;
    m->proposed = s->r.standing == STANDING_PROPOSED;
    m->has_reserve = true;
    m->reserve = s->r.standing == STANDING_RESERVE;
    m->enterprise_id = (char *)s->enterprise_id;
    m->enterprise_name = (char *)s->enterprise_name;
    m->subdistrict = (char *)s->subdistrict;
    m->out_of_rank = (char *)s->r.out_of_rank;
    return m;
}

Scoring__ScoredSubject **run_messages(struct arena *a, const struct published *pub,
                                      const struct run *run, size_t *ret_n)
{
    Scoring__ScoredSubject **list =
        arena_new_array(a, Scoring__ScoredSubject *, run->n_subjects + 1);
    struct ranked **all = ranked_of(a, run);

    rank_sort(pub->p, all, run->n_subjects);
    for (size_t i = 0; i < run->n_subjects; i++)
        list[i] = run_message(a, run_subject_of(all[i]));
    *ret_n = run->n_subjects;
    return list;
}

void run_say_scored(struct ctx *c, const struct published *pub, const struct run *run)
{
    Scoring__SubjectScored event = SCORING__SUBJECT_SCORED__INIT;
    size_t n;
    Scoring__ScoredSubject **all = run_messages(c->arena, pub, run, &n);

    event.run_id = (char *)run->run_id;
    event.programme_id = (char *)run->programme_id;
    event.result_sha256 = (char *)run->result_sha256;
    for (size_t i = 0; i < n; i += SAID_AT_ONCE) {
        event.subjects = &all[i];
        event.n_subjects = n - i < SAID_AT_ONCE ? n - i : SAID_AT_ONCE;
        emit(c, NULL, &event.base);
    }
}

size_t run_open_ties(struct arena *a, const struct published *pub, const struct run *run,
                     char ***ret_texts)
{
    char **texts = arena_new_array(a, char *, run->n_subjects + 1);
    struct ranked **all = ranked_of(a, run);
    size_t n = 0;

    rank_sort(pub->p, all, run->n_subjects);
    for (size_t i = 0; i < run->n_subjects; i++) {
        bool same = i > 0 && all[i]->rank == all[i - 1]->rank &&
                    str_equal(all[i]->group, all[i - 1]->group);

        if (all[i]->standing != STANDING_TIED)
            continue;
        if (same && n)
            texts[n - 1] = arena_printf(a, "%s, %s", texts[n - 1], all[i]->subject_id);
        else
            texts[n++] = arena_printf(a, "%s: %s", all[i]->group, all[i]->subject_id);
    }
    if (ret_texts)
        *ret_texts = texts;
    return n;
}
