/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/joint/joint.h"

#include <errno.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/base/str.h"
#include "common/bus/bus.h"
#include "joint_sql.h"

#include "common/base/banned.h"

static const struct fsm_edge edges[] = {
    {"signing", "sign", "signing", "a body signs, others have not yet"},
    {"signing", "sign_last", "done", "the last body signs: the act takes effect"},
    {"signing", "drop", "dropped", "given up before all had signed"},
    FSM_END,
};
const struct fsm joint_fsm = {"joint_act", "signing", edges};

const struct service_part joint_part = {"joint", joint_migrations, joint_statements};

/* ---- who signs ---- */

static Joint__Signature *signature_add(struct ctx *c, Joint__Act *m, const char *body,
                                       const char *name, const char *role)
{
    Joint__Signature *s = arena_new_one(c->arena, Joint__Signature);

    joint__signature__init(s);
    s->body = (char *)body;
    s->body_name = (char *)name;
    s->role = (char *)role;
    return m->signatures[m->n_signatures++] = s;
}

/* The signatures @m needs; none: whoever does it needs nobody else. */
static void name_signatures(struct ctx *c, const struct joint_kind *kind,
                            const struct joint_matter *matter, Joint__Act *m)
{
    const struct programme_joint_act *rule =
        programme_joint_act(matter->programme, kind->act, matter->category);

    m->signatures = arena_new_array(c->arena, Joint__Signature *, (rule ? rule->bodies.n : 0) + 2);
    for (size_t i = 0; rule && i < rule->bodies.n; i++) {
        const struct programme_organiser *o =
            programme_organiser(matter->programme, rule->bodies.items[i]);

        signature_add(c, m, o->id, o->name, o->role);
    }
    if (!rule && kind->two_persons) {
        const char *roles = roles_text(c->arena, kind->two_persons);

        signature_add(c, m, "first", NULL, roles);
        signature_add(c, m, "second", NULL, roles);
    }
}

static bool may_sign(const struct ctx *c, const Joint__Signature *s)
{
    const char *role = s->role;

    while (*role) {
        size_t size = strcspn(role, ",");
        char *one = arena_strndup(c->arena, role, size);

        if (actor_may_as(c, (unsigned)role_by_name(one)))
            return true;
        role += size + (role[size] == ',');
    }
    return false;
}

/* Who signs, for the refusal's sentence. */
static const char *signer_names(struct ctx *c, const Joint__Act *m)
{
    const char *names = "";

    for (size_t i = 0; i < m->n_signatures; i++) {
        const Joint__Signature *s = m->signatures[i];

        names = arena_printf(c->arena, "%s%s%s", names, *names ? "、" : "",
                             s->body_name ? s->body_name : s->role);
    }
    return names;
}

/* The signature the actor gives: one that is still missing of a body he acts for, where he has given none. */
static int own_signature(struct ctx *c, const Joint__Act *m, Joint__Signature **ret_own)
{
    const Joint__Signature *given = NULL;
    bool signed_before = false;

    *ret_own = NULL;
    for (size_t i = 0; i < m->n_signatures; i++) {
        Joint__Signature *s = m->signatures[i];

        signed_before |= s->account && str_equal(s->account, c->account);
        if (!may_sign(c, s))
            continue;
        if (s->account)
            given = s;
        else if (!*ret_own)
            *ret_own = s;
    }
    if (!*ret_own)
        return given ? refuse(c, reason_act_signed, NULL,
                              given->body_name ? given->body_name : given->role, NULL)
                     : refuse(c, reason_act_body_wrong, NULL, signer_names(c, m), NULL);
    return signed_before ? refuse(c, reason_act_same_person, NULL, NULL) : 0;
}

static bool all_signed(const Joint__Act *m)
{
    for (size_t i = 0; i < m->n_signatures; i++)
        if (!m->signatures[i]->account)
            return false;
    return true;
}

static void signature_give(const struct ctx *c, Joint__Signature *own)
{
    own->account = (char *)c->account;
    own->has_at = true;
    own->at = c->now;
}

/* ---- what is signed ---- */

static void digest_line(struct digest *d, const char *line)
{
    digest_add_field(d, line, strlen(line));
}

static char *content_sha256(struct ctx *c, const struct joint_kind *kind, struct bytes request,
                            const struct joint_matter *matter)
{
    CLEANUP(digest_free) struct digest *d = digest_new(DIGEST_SHA256);
    char *hex = arena_new_array(c->arena, char, DIGEST_HEX);
    uint8_t hash[DIGEST_SIZE];

    digest_line(d, kind->message->name);
    digest_add_field(d, request.data, request.size);
    digest_line(d, matter->target_id);
    for (size_t i = 0; i < matter->n_content; i++)
        digest_line(d, matter->content[i]);
    digest_finish(d, hash);
    hex_format(hash, sizeof(hash), hex);
    return hex;
}

static Joint__Act *act_of(struct ctx *c, const struct joint_kind *kind,
                          const struct joint_matter *matter)
{
    Joint__Act *m = arena_new_one(c->arena, Joint__Act);

    joint__act__init(m);
    m->act_id = (char *)c->id_text;
    m->kind = (char *)joint_act_words[kind->act - 1];
    m->thing = (char *)kind->thing;
    m->target_id = (char *)matter->target_id;
    m->programme_id = (char *)matter->programme_id;
    m->category = (char *)matter->category;
    m->subject_id = (char *)matter->subject_id;
    m->state = (char *)joint_fsm.start;
    m->content = (char **)matter->content;
    m->n_content = matter->n_content;
    m->account = (char *)c->account;
    m->at = c->now;
    name_signatures(c, kind, matter, m);
    return m;
}

/* ---- in the database ---- */

static struct bytes act_pack(struct ctx *c, const Joint__Act *m)
{
    return bus_pack(c->arena, &m->base);
}

static int act_unpack(struct ctx *c, const struct rows *rows, size_t i, Joint__Act **ret_act)
{
    struct bytes record = rows_bytes(rows, i, "record");

    *ret_act = joint__act__unpack(arena_pb(c->arena), record.size, record.data);
    return *ret_act ? 0 : err_raise(-EBADMSG);
}

static int need_no_other(struct ctx *c, const Joint__Act *m)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_joint_open, &rows, T(c->district), T(m->kind), T(m->target_id));

    if (r || rows_count(rows) == 0)
        return r;
    return refuse(c, reason_act_open, NULL, rows_text(rows, 0, "act_id"), NULL);
}

static int act_lock(struct ctx *c, const char *id, Joint__Act **ret_act, struct bytes *ret_request)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_joint_lock, &rows, T(c->district), T(id));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "act_id", "joint_act", NULL);
    *ret_request = rows_bytes(rows, 0, "request");
    return act_unpack(c, rows, 0, ret_act);
}

/* @m, changed, as it comes to its state. MSG_LATER. */
static int act_keep(struct ctx *c, const Joint__Act *m)
{
    struct bytes record = act_pack(c, m);
    int64_t changed = 0;
    int r = sql_change(c->tx, &sql_joint_step, &changed, T(c->district), T(m->act_id), T(m->state),
                       BY(record.data, record.size));

    return r ? r : changed == 1 ? 0 : MSG_LATER;
}

/* ---- asking ---- */

static int act_propose(struct ctx *c, Joint__Act *m, struct bytes request)
{
    Joint__ActProposed said = JOINT__ACT_PROPOSED__INIT;
    Joint__Signature *own;
    struct bytes record;
    int r = own_signature(c, m, &own);

    if (r == 0)
        r = need_no_other(c, m);
    if (r)
        return r;
    signature_give(c, own);
    record = act_pack(c, m);
    sql_exec(c->tx, &sql_joint_put, T(c->district), T(m->act_id), T(m->kind), T(m->target_id),
             T(m->state), AT(m->at), BY(record.data, record.size), BY(request.data, request.size));
    said.act = m;
    emit(c, NULL, &said.base);
    return 0;
}

int joint_ask(struct ctx *c, const struct joint_kind *kind, Joint__Act **ret_act)
{
    struct joint_matter matter = {0};
    struct bytes request;
    Joint__Act *m;
    int r = kind->plan(c, c->request, &matter);

    *ret_act = NULL;
    if (r)
        return r;
    m = act_of(c, kind, &matter);
    if (m->n_signatures == 0)
        return kind->carry_out(c, c->request, &matter);
    request = bus_pack(c->arena, c->request);
    m->content_sha256 = content_sha256(c, kind, request, &matter);
    r = act_propose(c, m, request);
    if (r == 0)
        *ret_act = m;
    return r;
}

/* ---- signing ---- */

static const struct joint_kind *kind_by_name(const struct joint_kind *const *kinds,
                                             const char *name)
{
    for (; *kinds; kinds++)
        if (str_equal(joint_act_words[(*kinds)->act - 1], name))
            return *kinds;
    return NULL;
}

/* The act under lock, and its kind; it still waits, for @on. */
static int act_need(struct ctx *c, const struct joint_kind *const *kinds, const char *id,
                    const char *on, Joint__Act **ret_act, struct bytes *ret_request,
                    const struct joint_kind **ret_kind)
{
    const char *to;
    int r = act_lock(c, id, ret_act, ret_request);

    if (r)
        return r;
    *ret_kind = kind_by_name(kinds, (*ret_act)->kind);
    if (!*ret_kind)
        return refuse(c, reason_not_found, "act_id", "joint_act", NULL);
    return need_step(c, &joint_fsm, (*ret_act)->state, on, "act_id", &to);
}

/* The act decides still what was signed. */
static int act_look_again(struct ctx *c, const struct joint_kind *kind, const Joint__Act *m,
                          struct bytes packed, const void **ret_request,
                          struct joint_matter *matter)
{
    ProtobufCMessage *request =
        protobuf_c_message_unpack(kind->message, arena_pb(c->arena), packed.size, packed.data);
    int r;

    if (!request)
        return err_raise(-EBADMSG);
    r = kind->plan(c, request, matter);
    if (r)
        return r;
    *ret_request = request;
    if (!str_equal(content_sha256(c, kind, packed, matter), m->content_sha256))
        return refuse(c, reason_act_changed, "act_id", NULL);
    return 0;
}

/* With the act's id, which what it makes bears. */
static int act_carry_out(struct ctx *c, const struct joint_kind *kind, const Joint__Act *m,
                         const void *request, const struct joint_matter *matter)
{
    const char *own_id = c->id_text;
    const void *own_request = c->request;
    int r;

    c->id_text = m->act_id;
    c->request = request;
    r = kind->carry_out(c, request, matter);
    c->id_text = own_id;
    c->request = own_request;
    return r;
}

int joint_sign(struct ctx *c, const struct joint_kind *const *kinds, const char *act_id,
               const char *sha256, Joint__Act **ret_act)
{
    Joint__ActSigned said = JOINT__ACT_SIGNED__INIT;
    struct joint_matter matter = {0};
    const struct joint_kind *kind;
    const void *request = NULL;
    struct bytes packed;
    Joint__Signature *own;
    Joint__Act *m;
    int r = act_need(c, kinds, act_id, "sign", &m, &packed, &kind);

    if (r == 0)
        r = own_signature(c, m, &own);
    if (r)
        return r;
    if (!str_equal(sha256, m->content_sha256))
        return refuse(c, reason_act_content_other, "content_sha256", m->content_sha256, NULL);
    r = act_look_again(c, kind, m, packed, &request, &matter);
    if (r)
        return r;
    signature_give(c, own);
    if (all_signed(m))
        m->state = (char *)must_step(&joint_fsm, m->state, "sign_last");
    r = act_keep(c, m);
    if (r)
        return r;
    said.act = m;
    said.body = own->body;
    emit(c, NULL, &said.base);
    *ret_act = m;
    return all_signed(m) ? act_carry_out(c, kind, m, request, &matter) : 0;
}

int joint_drop(struct ctx *c, const struct joint_kind *const *kinds, const char *act_id,
               const char *note, Joint__Act **ret_act)
{
    Joint__ActDropped said = JOINT__ACT_DROPPED__INIT;
    const struct joint_kind *kind;
    struct bytes packed;
    Joint__Act *m;
    bool may = false;
    int r = need_text(c, "note", note, 1, 1000);

    if (r == 0)
        r = act_need(c, kinds, act_id, "drop", &m, &packed, &kind);
    if (r)
        return r;
    for (size_t i = 0; i < m->n_signatures; i++)
        may |= may_sign(c, m->signatures[i]);
    if (!may)
        return refuse(c, reason_act_body_wrong, NULL, signer_names(c, m), NULL);
    m->state = (char *)must_step(&joint_fsm, m->state, "drop");
    m->dropped_by = (char *)c->account;
    m->has_dropped_at = true;
    m->dropped_at = c->now;
    m->note = (char *)note;
    r = act_keep(c, m);
    if (r)
        return r;
    said.act = m;
    emit(c, NULL, &said.base);
    *ret_act = m;
    return 0;
}

int joint_list(struct ctx *c, const char *target_id, const char *state, const char *after,
               int32_t limit, Joint__Act ***ret_acts, size_t *ret_n, const char **ret_next)
{
    Joint__Act **list;
    struct rows *rows;
    int r = need_range(c, "limit", limit, 1, 500);

    if (r == 0)
        r = need_state(c, "state", text_or_null(state), &joint_fsm);
    if (r == 0)
        r = sql_query(c->tx, &sql_joint_page, &rows, T(c->district), T(text_or_null(target_id)),
                      T(text_or_null(state)), T(text_or_null(after)), I(limit + 1));
    if (r)
        return r;
    list = arena_new_array(c->arena, Joint__Act *, rows_count(rows) + 1);
    *ret_n = 0;
    *ret_next = NULL;
    for (size_t i = 0; i < rows_count(rows) && i < (size_t)limit; i++) {
        r = act_unpack(c, rows, i, &list[i]);
        if (r)
            return r;
        ++*ret_n;
        if (rows_count(rows) > (size_t)limit)
            *ret_next = list[i]->act_id;
    }
    *ret_acts = list;
    return 0;
}
