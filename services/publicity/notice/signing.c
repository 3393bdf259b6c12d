/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An officer signs for the body whose role the officer holds in the notice's district. Changning
 * 2023, section 三(三)(四): 区委组织部 and 区房管局 together.
 */
#include "services/publicity/notice/signing.h"

#include <string.h>

#include "publicity.pb-c.h"
#include "publicity_sql.h"
#include "services/publicity/notice/notice_fsm.h"
#include "services/publicity/notice/notice_store.h"
#include "services/publicity/programmes.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

/* The names of those who sign, for the refusal's sentence. */
static const char *signer_names(struct ctx *c, const struct programme *p)
{
    CLEANUP(str_release) struct str names = STR_INIT;

    for (size_t i = 0; i < p->n_organisers; i++) {
        if (!p->organisers[i].signs)
            continue;
        if (names.size > 0)
            str_add(&names, "、");
        str_add(&names, p->organisers[i].name);
    }
    return arena_strdup(c->arena, names.text);
}

int notice_unsigned(struct ctx *c, const struct notice *n, const char **ret_names)
{
    CLEANUP(str_release) struct str names = STR_INIT;
    struct signature *signatures;
    size_t n_signatures;
    int r = notice_signatures(c, n->id, &signatures, &n_signatures);

    if (r)
        return r;
    for (size_t i = 0; i < n_signatures; i++) {
        if (signatures[i].account)
            continue;
        if (names.size > 0)
            str_add(&names, "、");
        str_add(&names, signatures[i].name);
    }
    *ret_names = arena_strdup(c->arena, names.text ? names.text : "");
    return 0;
}

int refuse_unsigned(struct ctx *c, const struct notice *n, const char *field)
{
    const char *names;
    int r = notice_unsigned(c, n, &names);

    return r ? r : refuse(c, reason_signatures_missing, field, n->number, names, NULL);
}

static const struct signature *signature_of(const struct signature *signatures, size_t n,
                                            const char *body)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(signatures[i].body, body) == 0)
            return &signatures[i];
    return NULL;
}

/* The signature the actor can give: one still missing before one given, so that an officer of two
 * bodies may sign twice. */
static const struct signature *own_signature(const struct ctx *c, const struct programme *p,
                                             const struct signature *signatures, size_t n)
{
    const struct signature *given = NULL;

    for (size_t i = 0; i < p->n_organisers; i++) {
        const struct programme_organiser *o = &p->organisers[i];
        const struct signature *s = signature_of(signatures, n, o->id);

        if (!s || !actor_may(c, (unsigned)role_by_name(o->role), c->district, NULL))
            continue;
        if (!s->account)
            return s;
        given = s;
    }
    return given;
}

static size_t signatures_missing(const struct signature *signatures, size_t n)
{
    size_t m = 0;

    for (size_t i = 0; i < n; i++)
        m += signatures[i].account == NULL;
    return m;
}

static int signature_give(struct ctx *c, struct notice *n, const struct signature *own,
                          bool complete)
{
    Publicity__NoticeSigned said = PUBLICITY__NOTICE_SIGNED__INIT;
    int r = notice_step(c, n, complete ? "sign_last" : "sign");

    if (r == 0)
        r = sql_cas(c->tx, &sql_signature_sign, T(c->district), T(n->id), T(own->body),
                    T(c->account), AT(c->now), T(n->content_sha256));
    if (r)
        return r;
    notice_record(c, n, arena_printf(c->arena, "signed %s", own->body), NULL);
    said.notice_id = (char *)n->id;
    said.programme_id = (char *)n->programme_id;
    said.body = (char *)own->body;
    said.complete = complete;
    emit(c, NULL, &said.base);
    return 0;
}

int publicity_co_sign(struct ctx *c)
{
    const Publicity__CoSign *q = c->request;
    const struct programme *p;
    const struct signature *own;
    struct signature *signatures;
    struct notice n;
    const char *to;
    size_t n_signatures;
    bool complete;
    int r = notice_need(c, q->notice_id, &n);

    if (r == 0)
        r = programme_need(c, n.programme_id, &p);
    if (r == 0)
        r = notice_signatures(c, n.id, &signatures, &n_signatures);
    if (r)
        return r;
    own = own_signature(c, p, signatures, n_signatures);
    if (!own)
        return refuse(c, reason_body_wrong, NULL, signer_names(c, p), NULL);
    if (own->account)
        return refuse(c, reason_already_signed, NULL, own->name, NULL);
    complete = signatures_missing(signatures, n_signatures) == 1;
    r = need_step(c, &notice_fsm, n.state, complete ? "sign_last" : "sign", "notice_id", &to);
    if (r)
        return r;
    if (strcmp(q->content_sha256, n.content_sha256) != 0)
        return refuse(c, reason_content_changed, "content_sha256", n.content_sha256, NULL);
    return signature_give(c, &n, own, complete);
}
