/* SPDX-License-Identifier: Apache-2.0 */
/* What a batch puts into the read models is what its events put there one by one. */
#include <criterion/criterion.h>
#include <string.h>

#include "reporting_sql.h"
#include "said.h"
#include "services/reporting/apply.h"
#include "tests/support/pg_test.h"

#define D "310105"
enum { MOST = 32 };

struct stream {
    const char *source;
    Hp__Event list[MOST];
    const Hp__Event *events[MOST];
    const void *requests[MOST];
    size_t n;
};
static struct arena *arena;
static struct stream intake, scoring;

/* ---- what was said, all in one district ---- */

static void say(const char *source, const char *district, const ProtobufCMessage *message)
{
    struct stream *s = strcmp(source, intake.source) == 0 ? &intake : &scoring;
    const ProtobufCMessageDescriptor *type = message->descriptor;
    Hp__Event *e = &s->list[s->n];
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *payload = arena_alloc(arena, size + 1);

    (void)district;
    cr_assert_lt(s->n, MOST);
    protobuf_c_message_pack(message, payload);
    hp__event__init(e);
    e->type = (char *)type->name;
    e->district = (char *)D;
    e->account = s->n % 2 ? (char *)"somebody" : NULL;
    e->position = (int64_t)s->n + 1;
    e->at = 1700000000000000 + (int64_t)s->n * 1000001;
    e->payload = (ProtobufCBinaryData){size, payload};
    s->events[s->n] = e;
    s->requests[s->n++] = protobuf_c_message_unpack(type, arena_pb(arena), size, payload);
}

static void setup(void)
{
    arena = arena_new();
    intake = (struct stream){.source = "intake"};
    scoring = (struct stream){.source = "scoring"};
    renamed("E1", "too early");
    enterprise("E1", "first");
    renamed("E1", "second");
    application("A1", "E1", "accepted", NULL);
    enterprise("E1", "third");
    enterprise("E2", "other");
    enterprise("E2", "other, again");
    application("A1", "E1", "accepted again", NULL);
    application("A2", "E2", "accepted", NULL);
    renamed("E2", "fourth");
    renamed("E2", "fifth");
    renamed("E1", "sixth");
    enterprise("E2", "seventh");
    application("A1", "E1", "accepted at last", NULL);
    renamed("E3", "nobody");
    proposed("E1", "E1");
    proposed("E2", "E2");
    proposed("E1", "E1");
}

static void teardown(void)
{
    arena_free(arena);
}

TestSuite(apply, .init = setup, .fini = teardown, .timeout = 60);

/* ---- how it is applied ---- */

static void apply_some(struct pg *pg, const struct stream *s, size_t from, size_t n)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct errtext e = {0};
    struct ctx c = {.tx = tx_begin(pg, TX_WRITE, a),
                    .arena = a,
                    .district = D,
                    .account = "",
                    .source = s->source,
                    .event = s->events[from],
                    .request = s->requests[from],
                    .events = &s->events[from],
                    .requests = &s->requests[from],
                    .n_events = n};

    cr_assert_eq(reporting_apply(&c), 0);
    cr_assert_eq(tx_commit(c.tx, &e), 0, "%s", e.text);
}

static void apply_all(struct pg *pg, const struct stream *s, size_t at_once)
{
    for (size_t i = 0; i < s->n; i += at_once)
        apply_some(pg, s, i, s->n - i < at_once ? s->n - i : at_once);
}

/* Every row of every model, when @at_once events made a batch. */
static const char *models(size_t at_once)
{
    static const struct sql_stmt *const *const own[] = {reporting_statements, NULL};
    struct pg_test t;
    struct pg *pg;
    const char *rows;
    char *value;

    pg_test_schema(&t, "reporting");
    pg_test_migrate(&t, "reporting", reporting_migrations);
    pg = pg_test_open(&t, own);
    apply_all(pg, &intake, at_once);
    apply_all(pg, &scoring, at_once);
    pg_close(pg);
    value = pg_test_value(
        &t, "select string_agg(r, E'\\n' order by r collate \"C\") from ("
            "select t::text from timeline t union all select s::text from timeline_subject s "
            "union all select s::text from subject s union all select p::text from progress p "
            "union all select d::text from dossier d union all select k::text from task k) "
            "all_rows(r)");
    rows = arena_strdup(arena, value);
    free(value);
    return rows;
}

Test(apply, in_a_batch_of_any_size_gives_the_rows_that_one_by_one_gives)
{
    const char *singly = models(1);

    cr_expect(strstr(singly, "(310105,E1,enterprise,sixth,)"), "%s", singly);
    cr_expect(strstr(singly, "(310105,E2,enterprise,seventh,)"), "%s", singly);
    cr_expect(strstr(singly, "accepted at last"), "%s", singly);
    cr_expect_not(strstr(singly, "E3,enterprise"), "%s", singly);
    for (size_t n = 2; n <= intake.n; n++)
        cr_expect_str_eq(models(n), singly, "%zu at once", n);
}
