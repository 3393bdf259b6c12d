/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/play/play.h"

#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/str.h"
#include "gateway.pb-c.h"
#include "services/cli/file.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

enum { MOST_PEOPLE = 128, ASK_MS = 20000, MOST_FILE = 8 * 1024 * 1024 };

struct person {
    const char *account;
    struct api_session *session;
};

struct play {
    struct demo *d;
    struct arena *arena;
    struct errtext *e;
    const char *step; /* the story's current one, for errors */
    struct person people[MOST_PEOPLE];
    size_t n_people;
    bool failed;
};

struct play *play_new(struct demo *d, struct errtext *e)
{
    struct play *p = calloc(1, sizeof(*p));

    CHECK(p);
    CHECK(sodium_init() >= 0);
    p->d = d;
    p->e = e;
    p->arena = arena_new();
    p->step = "begin";
    json_object_set_new(d->result, "clock", json_array());
    return p;
}

void play_free(struct play *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->n_people; i++)
        api_session_free(p->people[i].session);
    arena_free(p->arena);
    free(p);
}

int play_error(const struct play *p)
{
    return p->failed ? -EPROTO : 0;
}

bool play_failed(const struct play *p)
{
    return p->failed;
}

struct arena *play_arena(struct play *p)
{
    return p->arena;
}

struct demo *play_demo(struct play *p)
{
    return p->d;
}

void play_fail(struct play *p, const char *fmt, ...)
{
    struct errtext why;
    va_list ap;

    if (p->failed)
        return;
    va_start(ap, fmt);
    vsnprintf(why.text, sizeof(why.text), tr(fmt), ap);
    va_end(ap);
    p->failed = true;
    errtext_set(p->e, "%s: %.600s", tr(p->step), why.text);
}

static const struct api_session *session_of(struct play *p, const char *account)
{
    for (size_t i = 0; account && i < p->n_people; i++)
        if (strcmp(p->people[i].account, account) == 0)
            return p->people[i].session;
    if (account)
        play_fail(p, "nobody is called %s", account);
    return NULL;
}

/* 24 random bytes as text, with a character of every class the rules may ask for. */
static const char *draw_password(struct play *p)
{
    unsigned char bytes[24];
    char hex[2 * sizeof(bytes) + 1];

    randombytes_buf(bytes, sizeof(bytes));
    return play_text(p, "Aa1-%s", hex_format(bytes, sizeof(bytes), hex));
}

void play_join(struct play *p, const char *account, const char *name, const char *role,
               const char *region, const char *subject)
{
    Gateway__RoleBinding binding = GATEWAY__ROLE_BINDING__INIT, *bindings[] = {&binding};
    Gateway__CreateAccount create = GATEWAY__CREATE_ACCOUNT__INIT;
    struct api_session *session = NULL;
    struct errtext why = {0};
    int r;

    if (p->failed)
        return;
    CHECK(p->n_people < MOST_PEOPLE);
    binding.role = (char *)role;
    binding.region = (char *)region;
    binding.subject = (char *)subject;
    create.account = (char *)account;
    create.name = (char *)name;
    create.password = (char *)draw_password(p);
    create.n_bindings = 1;
    create.bindings = bindings;
    r = operator_ask(p->d->op, p->arena, "gateway", NULL, &create.base, NULL, ASK_MS, NULL, &why);
    if (r == 0)
        r = api_login(p->d->api, account, create.password, &session, &why);
    if (r) {
        play_fail(p, "account %s: %s", account, why.text);
        return;
    }
    p->people[p->n_people++] = (struct person){arena_strdup(p->arena, account), session};
}

const char *play_do_in(struct play *p, const char *account, const char *district, const char *path,
                       json_t *body, json_t **ret_json)
{
    const struct api_session *session = session_of(p, account);
    char id[UUID_TEXT] = "";
    json_t *answer = NULL;
    struct errtext why = {0};
    int r = 0;

    if (!p->failed && district)
        r = api_call_in(p->d->api, session, district, "POST", path, body, &answer, &why);
    else if (!p->failed)
        r = api_post(p->d->api, session, path, body, id, &answer, &why);
    if (r)
        play_fail(p, "%s %s: %s", account ? account : "public", path, why.text);
    json_decref(body);
    if (ret_json)
        *ret_json = p->failed ? NULL : answer;
    if (!ret_json || p->failed)
        json_decref(answer);
    return arena_strdup(p->arena, id);
}

const char *play_do(struct play *p, const char *account, const char *path, json_t *body)
{
    return play_do_in(p, account, NULL, path, body, NULL);
}

/* What the last refusal says to its reader. */
static const char *sentence_of(struct play *p)
{
    const char *detail = json_string_value(json_object_get(api_problem(p->d->api), "detail"));

    return detail ? detail : "";
}

void play_refused(struct play *p, const char *account, const char *path, json_t *body,
                  const char *code)
{
    const struct api_session *session = session_of(p, account);
    struct errtext why = {0};
    int r = 0;

    if (!p->failed) {
        r = api_post(p->d->api, session, path, body, NULL, NULL, &why);
        if (r != API_E_REFUSED || strcmp(api_code(p->d->api), code) != 0)
            play_fail(p, "%s %s should have been refused with %s, but: %s",
                      account ? account : "public", path, code, r == 0 ? "was done" : why.text);
        else
            play_note(p, "refused as it must be (%s): %s", code, sentence_of(p));
    }
    json_decref(body);
}

json_t *play_get(struct play *p, const char *account, const char *path)
{
    const struct api_session *session = session_of(p, account);
    struct errtext why = {0};
    json_t *answer = NULL;

    if (!p->failed && api_get(p->d->api, session, path, &answer, &why) != 0)
        play_fail(p, "%s: %s", path, why.text);
    return answer;
}

json_t *play_list(struct play *p, const char *account, const char *path, const char *member)
{
    const struct api_session *session = session_of(p, account);
    struct errtext why = {0};
    json_t *items = NULL;

    if (!p->failed && api_list(p->d->api, session, path, member, &items, &why) != 0)
        play_fail(p, "%s: %s", path, why.text);
    return items;
}

const char *play_upload(struct play *p, const char *account, const char *file_name,
                        size_t *ret_size)
{
    static const char pdf[] = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 "
                              "obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
                              "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 "
                              "200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
    const struct api_session *session = session_of(p, account);
    struct errtext why = {0};
    json_t *answer = NULL;
    const char *hash;

    *ret_size = sizeof(pdf) - 1;
    if (p->failed)
        return "";
    if (api_upload(p->d->api, session, file_name, "application/pdf", pdf, sizeof(pdf) - 1, &answer,
                   &why) != 0) {
        play_fail(p, "%s: %s", file_name, why.text);
        return "";
    }
    hash = arena_strdup(p->arena, json_string_value(json_object_get(answer, "file_sha256")));
    json_decref(answer);
    return hash ? hash : "";
}

void play_settle(struct play *p)
{
    struct errtext why = {0};

    if (!p->failed && advance_settle(p->d->op, &why) != 0)
        play_fail(p, "%s", why.text);
}

static void tell(struct play *p, int64_t at, const char *step)
{
    char when[INSTANT_TEXT];

    instant_format(at, when);
    json_array_append_new(json_object_get(p->d->result, "clock"),
                          json_pack("{ssss}", "at", when, "step", step));
    fprintf(p->d->out, "%.10s %.5s  %s\n", when, when + 11, tr(step));
    fflush(p->d->out);
}

void play_at(struct play *p, const char *instant, const char *step)
{
    struct errtext why = {0};
    int64_t at, now;
    int r;

    if (p->failed)
        return;
    p->step = step;
    CHECK(instant_parse(instant, &at) == 0);
    r = advance_now(p->d->op, &now, &why);
    if (r == 0)
        r = at > now ? advance_to(p->d->op, at, NULL, NULL, &why) : advance_settle(p->d->op, &why);
    if (r) {
        play_fail(p, "%s", why.text);
        return;
    }
    tell(p, at > now ? at : now, step);
}

void play_note(struct play *p, const char *fmt, ...)
{
    va_list ap;

    if (p->failed)
        return;
    va_start(ap, fmt);
    fputs("                    ", p->d->out);
    vfprintf(p->d->out, tr(fmt), ap);
    fputc('\n', p->d->out);
    va_end(ap);
}

const char *play_file(struct play *p, const char *relative)
{
    const char *path = play_text(p, "%s/%s", p->d->share, relative);
    struct errtext why = {0};
    char *text = NULL;
    const char *copy;
    size_t size;

    if (p->failed)
        return "";
    if (read_file(path, MOST_FILE, &text, &size, &why) != 0) {
        play_fail(p, "%s", why.text);
        return "";
    }
    copy = arena_strndup(p->arena, text, size);
    free(text);
    return copy;
}
