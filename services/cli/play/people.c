/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/play/people.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "common/base/digest.h"
#include "gateway.pb-c.h"

#include "common/base/banned.h"

enum { ASK_MS = 20000 };

struct person {
    const char *account;
    struct api_session *session;
    struct person *next;
};
struct people {
    struct arena *arena;
    struct operator* op;
    struct api *api;
    struct person *first;
};

struct people *people_new(struct operator* op, struct api *api)
{
    struct people *people = calloc(1, sizeof(*people));

    CHECK(people && sodium_init() >= 0);
    people->arena = arena_new();
    people->op = op;
    people->api = api;
    return people;
}

void people_free(struct people *people)
{
    if (!people)
        return;
    for (struct person *p = people->first; p; p = p->next)
        api_session_free(p->session);
    arena_free(people->arena);
    free(people);
}

const struct api_session *people_find(const struct people *people, const char *account)
{
    for (const struct person *p = people->first; p; p = p->next)
        if (strcmp(p->account, account) == 0)
            return p->session;
    return NULL;
}

/* 24 random bytes as text, with a character of every class the rules may ask for. */
static char *draw_password(struct arena *a)
{
    unsigned char bytes[24];
    char hex[2 * sizeof(bytes) + 1];

    randombytes_buf(bytes, sizeof(bytes));
    return arena_printf(a, "Aa1-%s", hex_format(bytes, sizeof(bytes), hex));
}

int people_join(struct people *people, const char *account, const char *role, const char *name,
                struct errtext *e)
{
    Gateway__RoleBinding binding = GATEWAY__ROLE_BINDING__INIT, *bindings[] = {&binding};
    Gateway__CreateAccount create = GATEWAY__CREATE_ACCOUNT__INIT;
    struct person *person = arena_new_one(people->arena, struct person);
    char *region, *subject;
    int r;

    binding.role = arena_strdup(people->arena, role);
    region = strchr(binding.role, '@');
    CHECK(region);
    *region++ = '\0';
    subject = strchr(region, '/');
    if (subject)
        *subject++ = '\0';
    binding.region = region;
    binding.subject = subject;
    create.account = arena_strdup(people->arena, account);
    create.name = arena_strdup(people->arena, name);
    create.password = draw_password(people->arena);
    create.n_bindings = 1;
    create.bindings = bindings;
    r = operator_ask(people->op, people->arena, "gateway", NULL, &create.base, NULL, ASK_MS, NULL,
                     e);
    if (r == 0)
        r = api_login(people->api, account, create.password, &person->session, e);
    if (r)
        return r;
    person->account = create.account;
    person->next = people->first;
    people->first = person;
    return 0;
}
