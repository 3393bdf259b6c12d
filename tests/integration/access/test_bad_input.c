/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that may come in wrong, in one list, over HTTP to real services: each gets an answer
 * that names the field and the reason, and changes nothing.
 *
 * One small evaluation runs through its stages; in each stage the rows of that stage are sent.
 * "Changes nothing" is a digest over every table of every service before and after, the log of
 * commands aside, which is where a refusal belongs.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <zmq.h>

#include "common/base/str.h"
#include "tests/support/api_stack/api_stack.h"
#include "tests/support/shipped_programme.h"

#define PROGRAMME "changning-property-2023"
#define FIRM "91310105MA1010004N"
#define RIVAL "91310105MA11103718"
#define WRONG_DIGIT "91310105MA1010004X"
#define FORM \
    "[{\"name\":\"party_work\",\"value\":\"样例\"},{\"name\":\"achievements\"," \
    "\"value\":\"样例\"}]"
#define DRAFT(subject) \
    "{\"programme_id\":\"" PROGRAMME "\",\"category\":\"enterprise\",\"subject_id\":\"" subject \
    "\",\"route\":\"self\",\"form\":" FORM "}"
#define OBJECTION \
    "{\"subject_id\":\"" FIRM "\",\"objector\":\"样例居民\",\"contact\":\"样例\"," \
    "\"grounds\":\"样例\"}"

enum stage { APPLYING, LATE, VOTING, SIGNING, CLOSED };

/* <a> <b> application, <p> panel, <n> notice: ids of what the evaluation made. "@" bodies are made
 * by body_of. */
/* clang-format off */
static const struct bad {
    enum stage stage;
    const char *what, *who, *method, *path, *body;
    int status;
    const char *code, *field;
} list[] = {
    {APPLYING, "an unknown field", "housing", "PUT", CITY "/enterprises/" FIRM, "{\"name\":\"样例\",\"colour\":\"red\"}", 422, "field_unknown", "colour"},
    {APPLYING, "a field that is missing", "housing", "PUT", CITY "/enterprises/" FIRM, "{}", 422, "field_missing", "name"},
    {APPLYING, "a wrong type", "housing", "PUT", CITY "/enterprises/" FIRM, "{\"name\":\"样例\",\"area_m2\":\"many\"}", 422, "type_integer", "area_m2"},
    {APPLYING, "a wrong type, deeper", "firm", "POST", "310105/applications", "{\"programme_id\":\"" PROGRAMME "\",\"category\":\"enterprise\",\"subject_id\":\"" FIRM "\",\"route\":\"self\",\"form\":[{\"name\":7}]}", 422, "type_text", "form/0/name"},
    {APPLYING, "an unknown word", "housing", "POST", CITY "/subjects/" FIRM "/changes", "{\"kind\":\"exploded\",\"on_day\":\"2023-06-01\"}", 422, "value_not_allowed", "kind"},
    {APPLYING, "a body that is no JSON", "housing", "PUT", CITY "/enterprises/" FIRM, "{\"name\":", 400, "json_bad", ""},
    {APPLYING, "a name twice in one object", "housing", "PUT", CITY "/enterprises/" FIRM, "{\"name\":\"样例\",\"name\":\"样例\"}", 400, "json_duplicate_key", ""},
    {APPLYING, "an oversize body", "housing", "PUT", CITY "/enterprises/" FIRM, "@oversize", 413, "body_too_large", ""},
    {APPLYING, "bad UTF-8", "housing", "PUT", CITY "/enterprises/" FIRM, "{\"name\":\"\xc3(\"}", 400, "json_not_utf8", ""},
    {APPLYING, "an impossible date", "housing", "POST", CITY "/subjects/" FIRM "/changes", "{\"kind\":\"dissolved\",\"on_day\":\"2023-02-30\"}", 422, "date_bad", "on_day"},
    {APPLYING, "a date still to come", "housing", "POST", CITY "/subjects/" FIRM "/changes", "{\"kind\":\"dissolved\",\"on_day\":\"2024-02-29\"}", 422, "day_in_future", "on_day"},
    {APPLYING, "an unknown district", NULL, "GET", "310199/programmes", NULL, 404, "district_unknown", "district"},
    {APPLYING, "an unknown subdistrict", "housing", "PUT", "310105/sites/310105099-0001", "{\"kind\":\"compound\",\"name\":\"样例\",\"subdistrict\":\"310105099\"}", 422, "reference_unknown", "subdistrict"},
    {APPLYING, "a region of elsewhere", "housing", "PUT", "310105/sites/310106001-0001", "{\"kind\":\"compound\",\"name\":\"样例\",\"subdistrict\":\"310106001\"}", 422, "region_not_here", "subdistrict"},
    {APPLYING, "a credit code whose check digit fails", "housing", "PUT", CITY "/enterprises/" WRONG_DIGIT, "{\"name\":\"样例\"}", 422, "uscc_check_digit", "enterprise_id"},
    {APPLYING, "something that is no credit code", "housing", "PUT", CITY "/enterprises/9131O105MA1010004N", "{\"name\":\"样例\"}", 422, "uscc_bad", "enterprise_id"},
    {APPLYING, "a second application of one subject", "firm", "POST", "310105/applications", DRAFT(FIRM), 409, "application_twice", "subject_id"},
    {APPLYING, "an application for somebody else", "firm", "POST", "310105/applications", DRAFT(RIVAL), 403, "forbidden", ""},
    {APPLYING, "a programme that is no YAML", "housing", "POST", "310105/programmes", "{\"file_name\":\"a.yaml\",\"document\":\"a: [\"}", 422, "programme_lint", "document"},
    {APPLYING, "a programme whose points do not add up", "housing", "POST", "310105/programmes", "@points", 422, "programme_lint", "document"},
    {APPLYING, "a programme with a gap between bands", "housing", "POST", "310105/programmes", "@bands", 422, "programme_lint", "document"},
    {APPLYING, "a programme with overlapping stages", "housing", "POST", "310105/programmes", "@stages", 422, "programme_lint", "document"},
    {APPLYING, "a programme naming an unknown fact", "housing", "POST", "310105/programmes", "@fact", 422, "programme_lint", "document"},
    {LATE, "a late submission", "rival", "POST", "310105/applications/<b>/submission", "{}", 409, "application_late", ""},
    {VOTING, "a vote on a recused subject", "insider", "POST", "310105/panels/<p>/ballots", "{\"subject_id\":\"" FIRM "\",\"points\":\"90\"}", 403, "ballot_recused", "subject_id"},
    {VOTING, "more points than there are", "expert", "POST", "310105/panels/<p>/ballots", "{\"subject_id\":\"" FIRM "\",\"points\":\"100.001\"}", 422, "ballot_points", "points"},
    {VOTING, "a vote without a seat", "housing", "POST", "310105/panels/<p>/ballots", "{\"subject_id\":\"" FIRM "\",\"points\":\"0.001\"}", 403, "forbidden", ""},
    {SIGNING, "a signature by the wrong department", "street", "POST", "310105/notices/<n>/signatures", "{\"content_sha256\":\"<h>\"}", 403, "forbidden", ""},
    {SIGNING, "a department that signs for the other", "housing", "POST", "310105/notices/<n>/signatures", "{\"content_sha256\":\"<h>\"}", 409, "already_signed", ""},
    {SIGNING, "a signature under something else", "party", "POST", "310105/notices/<n>/signatures", "{\"content_sha256\":\"00\"}", 409, "content_changed", "content_sha256"},
    {SIGNING, "publishing before all have signed", "housing", "POST", "310105/notices/<n>/schedule", "{\"publish_at\":\"2023-10-17T09:00:00+08:00\"}", 409, "signatures_missing", "notice_id"},
    {SIGNING, "an impossible instant", "housing", "POST", "310105/notices/<n>/schedule", "{\"publish_at\":\"2023-02-30T09:00:00+08:00\"}", 422, "type_instant", "publish_at"},
    {CLOSED, "an objection after the end", NULL, "POST", "310105/notices/<n>/objections", OBJECTION, 409, "objection_late", "notice_id"},
    {0},
};
/* clang-format on */

static const char *const services[API_SERVICES] = {"gateway",   "intake", "scoring",
                                                   "publicity", "credit", "reporting"};
static struct api_stack s;
static struct {
    const char *account, *token;
} people[16];
static int n_people;
static const char *admin, *a, *b, *p, *n, *h;

static void open_stack(void)
{
    api_open(&s, "http.max_body=65536", "clock.mode=manual",
             "clock.start=2023-06-05T09:00:00+08:00", NULL);
    s.clock = "2023-06-05T09:00:00+08:00";
    api_start_all(&s);
    admin = api_login(&s, ADMIN, ADMIN_PASSWORD);
}

static void close_stack(void)
{
    api_close(&s);
    n_people = 0;
}

TestSuite(bad_input, .init = open_stack, .fini = close_stack, .timeout = 280);

static void join(const char *account, const char *role, const char *region, const char *subject)
{
    people[n_people].account = account;
    people[n_people++].token =
        api_account(&s, admin, arena_printf(s.arena, "sample-%s", account), role, region, subject);
}

static const char *token(const char *account)
{
    for (int i = 0; account && i < n_people; i++)
        if (strcmp(people[i].account, account) == 0)
            return people[i].token;
    return NULL;
}

/* ---- what the rows send ---- */

static const char *replaced(const char *text, const char *from, const char *to)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    const char *at;

    for (; (at = strstr(text, from)); text = at + strlen(from)) {
        str_add_bytes(&out, text, (size_t)(at - text));
        str_add(&out, to);
    }
    str_add(&out, text);
    return arena_strdup(s.arena, out.text);
}

static const char *filled(const char *text)
{
    text = replaced(text, "<a>", a ? a : "");
    text = replaced(text, "<b>", b ? b : "");
    text = replaced(text, "<p>", p ? p : "");
    text = replaced(text, "<n>", n ? n : "");
    return replaced(text, "<h>", h ? h : "");
}

/* The shipped programme with a least number of ballots this small panel can give, and @from
 * replaced, as the body of a request. */
static const char *programme_body(const char *from, const char *to)
{
    char *text = shipped_programme_alone(s.arena, PROGRAMME), *body;
    const char *changed;
    json_t *json;

    changed = replaced(text, "min_ballots: 5", "min_ballots: 1");
    if (from) {
        cr_assert_not_null(strstr(changed, from), "%s", from);
        changed = replaced(changed, from, to);
        changed = replaced(changed, "programme: " PROGRAMME, "programme: sample-broken");
    }
    json = json_pack("{ssss}", "file_name", "sample.yaml", "document", changed);
    body = json_dumps(json, 0);
    changed = arena_strdup(s.arena, body);
    free(body);
    json_decref(json);
    return changed;
}

static const char *body_of(const char *body)
{
    if (!body || *body != '@')
        return body ? filled(body) : NULL;
    if (strcmp(body, "@points") == 0)
        return programme_body("title: 党组织架构健全、制度完善, points: 20",
                              "title: 党组织架构健全、制度完善, points: 21");
    if (strcmp(body, "@bands") == 0)
        return programme_body("title: 不合格, from: 0", "title: 不合格, from: 10");
    if (strcmp(body, "@stages") == 0)
        return programme_body("from: 2023-10-16", "from: 2023-10-10");
    if (strcmp(body, "@fact") == 0)
        return programme_body("fact: incident.serious", "fact: incident.rumoured");
    body = arena_zalloc(s.arena, 70001);
    return memset((char *)body, ' ', 70000);
}

/* ---- what they must not touch ---- */

/* A digest over every row of every table. The log takes the refusal and is sealed; instances say that they live; sessions
 * note when they were used. */
static const char *world(void)
{
    CLEANUP(str_release) struct str all = STR_INIT;

    for (int i = 0; i < API_SERVICES; i++) {
        char *digest = pg_test_value(
            &s.schemas[i],
            "select md5(string_agg(query_to_xml(format('select * from %I.%I t order by t::text', "
            "schemaname, tablename), true, true, '')::text, '' order by tablename)) from "
            "pg_tables where schemaname = current_schema() and tablename !~ "
            "'^(log|message|seal|head|ledger_head|session|instance|lease)'");

        str_add(&all, digest ? digest : "");
        str_add_char(&all, ' ');
        free(digest);
    }
    return arena_strdup(s.arena, all.text);
}

/* The field a problem names, "" if none. */
static const char *field_of(const struct answer *x)
{
    const json_t *error = json_array_get(json_object_get(x->json, "errors"), 0);
    const char *field = json_string_value(json_object_get(error, "field"));

    return field ? field : "";
}

static void send_row(const struct bad *row)
{
    struct answer x = api_call(&s, row->method, filled(row->path), token(row->who),
                               body_of(row->body), "Accept-Language: en", NULL);
    const char *detail = answer_text(&x, "detail");

    cr_expect_eq(x.status, row->status, "%s: %d %s", row->what, x.status, x.body);
    cr_expect_str_eq(answer_text(&x, "code"), row->code, "%s: %s", row->what, x.body);
    cr_expect_str_eq(field_of(&x), row->field, "%s: %s", row->what, x.body);
    cr_expect_gt(strlen(detail), 8, "%s: no sentence: %s", row->what, x.body);
    cr_expect_null(strchr(detail, '{'), "%s: an unfilled sentence: %s", row->what, x.body);
}

static void send_rows(enum stage stage)
{
    const char *before;

    api_settle(&s);
    before = world();
    for (const struct bad *row = list; row->what; row++) {
        const char *after;

        if (row->stage != stage)
            continue;
        send_row(row);
        after = world();
        cr_expect_str_eq(after, before, "%s changed something", row->what);
        before = after;
    }
}

/* ---- the evaluation ---- */

/* Done; the new thing's id. */
static const char *done(const char *who, const char *method, const char *path, const char *body)
{
    struct answer x = api_call(&s, method, filled(path), token(who), filled(body), NULL);

    cr_assert_eq(x.status / 100, 2, "%s %s: %d %s", method, path, x.status, x.body);
    return answer_text(&x, "id");
}

static void begin(void)
{
    join("housing", "district", DISTRICT, NULL);
    join("party", "organisation", DISTRICT, NULL);
    join("street", "subdistrict", "310105001", NULL);
    join("firm", "enterprise", DISTRICT, FIRM);
    join("rival", "enterprise", DISTRICT, RIVAL);
    join("assessor", "assessor", DISTRICT, "assessor-1");
    join("expert", "expert", DISTRICT, "EXP-1");
    join("insider", "expert", DISTRICT, "EXP-2");
    done("housing", "PUT", "310105/regions/310105001", "{\"name\":\"样例街道\"}");
    done("housing", "PUT", CITY "/enterprises/" FIRM, "{\"name\":\"样例甲\",\"area_m2\":1}");
    done("housing", "PUT", CITY "/enterprises/" RIVAL, "{\"name\":\"样例乙\",\"area_m2\":1}");
    done("housing", "PUT", CITY "/experts/EXP-1", "{\"name\":\"样例专家甲\"}");
    done("housing", "PUT", CITY "/experts/EXP-2",
         "{\"name\":\"样例专家乙\",\"employer\":\"" FIRM "\"}");
    done("housing", "POST", "310105/programmes", programme_body(NULL, NULL));
    a = done("firm", "POST", "310105/applications", DRAFT(FIRM));
    b = done("rival", "POST", "310105/applications", DRAFT(RIVAL));
    done("firm", "POST", "310105/applications/<a>/submission", "{}");
    done("housing", "POST", "310105/applications/<a>/reviews", "{\"decision\":\"accept\"}");
}

static void open_panel(void)
{
    done("assessor", "POST", "310105/inspections",
         "{\"programme_id\":\"" PROGRAMME "\",\"subject_id\":\"" FIRM "\","
         "\"inspected_day\":\"2023-08-01\",\"lines\":["
         "{\"rubric_line\":\"leadership.organisation\",\"points\":\"19\"},"
         "{\"rubric_line\":\"leadership.members\",\"points\":\"19\"},"
         "{\"rubric_line\":\"place\",\"points\":\"29\"},"
         "{\"rubric_line\":\"benefit\",\"points\":\"29\"}]}");
    p = done("housing", "POST", "310105/panels",
             "{\"programme_id\":\"" PROGRAMME "\",\"title\":\"样例\",\"experts\":[\"EXP-1\","
             "\"EXP-2\"]}");
}

static void draft_notice(void)
{
    const char *run, *proposed;
    struct answer x;

    done("expert", "POST", "310105/panels/<p>/ballots",
         "{\"subject_id\":\"" FIRM "\",\"points\":\"95\"}");
    done("housing", "POST", "310105/panels/<p>/closing", "{}");
    run = done("housing", "POST", "310105/runs",
               "{\"programme_id\":\"" PROGRAMME "\",\"panel_id\":\"<p>\"}");
    proposed =
        done("housing", "POST", "310105/lists", arena_printf(s.arena, "{\"run_id\":\"%s\"}", run));
    api_settle(&s);
    n = done("housing", "POST", "310105/notices",
             arena_printf(s.arena, "{\"list_id\":\"%s\"}", proposed));
    x = api_call(&s, "GET", filled("310105/notices/<n>"), token("housing"), NULL, NULL);
    h = json_string_value(json_object_get(json_object_get(x.json, "notice"), "content_sha256"));
    cr_assert_not_null(h, "%s", x.body);
    done("housing", "POST", "310105/notices/<n>/signatures", "{\"content_sha256\":\"<h>\"}");
}

/* Whoever reads logs learns ids only: every line is an object, and no name or text that was sent
 * stands in one. All of ours bear the mark 样例. */
static void logs_hold_ids_only(void)
{
    char line[8192];
    size_t n_lines = 0;

    for (int i = 0; i < API_SERVICES; i++) {
        char *path = arena_printf(s.arena, "%s/%s.log", s.dir, services[i]);
        FILE *f = fopen(path, "r");

        cr_assert_not_null(f, "%s", path);
        for (; fgets(line, sizeof(line), f); n_lines++) {
            json_t *object = json_loads(line, 0, NULL);

            cr_expect(json_is_object(object), "%s: %s", path, line);
            json_decref(object);
            cr_expect_null(strstr(line, "样例"), "%s: %s", path, line);
            cr_expect_null(strstr(line, ADMIN_PASSWORD), "%s: %s", path, line);
        }
        fclose(f);
    }
    cr_expect_gt(n_lines, API_SERVICES);
}

Test(bad_input, every_kind_is_answered_with_field_and_reason_and_changes_nothing)
{
    begin();
    send_rows(APPLYING);
    api_clock(&s, "2023-08-01T09:00:00+08:00");
    send_rows(LATE);
    open_panel();
    send_rows(VOTING);
    api_clock(&s, "2023-10-16T09:00:00+08:00");
    draft_notice();
    send_rows(SIGNING);
    done("party", "POST", "310105/notices/<n>/signatures", "{\"content_sha256\":\"<h>\"}");
    done("housing", "POST", "310105/notices/<n>/schedule",
         "{\"publish_at\":\"2023-10-17T09:00:00+08:00\"}");
    api_clock(&s, "2023-10-17T09:00:00+08:00");
    api_clock(&s, "2023-10-25T00:00:00+08:00");
    send_rows(CLOSED);
    logs_hold_ids_only();
}

Test(bad_input, a_failed_check_digit_is_a_warning_that_can_be_confirmed)
{
    struct answer x;

    join("housing", "district", DISTRICT, NULL);
    x = api_call(&s, "PUT", CITY "/enterprises/" WRONG_DIGIT, token("housing"),
                 "{\"name\":\"样例\"}", NULL);
    cr_assert_str_eq(answer_text(&x, "code"), "uscc_check_digit", "%s", x.body);
    done("housing", "PUT", CITY "/enterprises/" WRONG_DIGIT,
         "{\"name\":\"样例\",\"confirm\":[\"uscc_check_digit\"]}");
}

#define REGISTER CITY "/enterprises/" FIRM

/* Send a registration with the key "k". */
static struct answer registered(const char *name)
{
    return api_call(&s, "PUT", REGISTER, token("housing"),
                    arena_printf(s.arena, "{\"name\":\"%s\"}", name), "Idempotency-Key: k", NULL);
}

Test(bad_input, a_replayed_request_gets_its_answer_again_and_another_under_its_key_is_refused)
{
    struct answer first, again, other;
    const char *before;

    join("housing", "district", DISTRICT, NULL);
    before = world();
    first = registered("样例甲");
    cr_assert_eq(first.status, 200, "%s", first.body);
    api_settle(&s);
    cr_expect_str_neq(world(), before, "what is done does show in the digest");
    before = world();
    again = registered("样例甲");
    cr_expect_str_eq(again.body, first.body);
    other = registered("样例乙");
    cr_expect_eq(other.status, 409, "%s", other.body);
    cr_expect_str_eq(answer_text(&other, "code"), "message_reused");
    cr_expect_str_eq(world(), before);
}

/* Frames no client of ours would send, to a service's own socket. */
static void speak_nonsense(const char *service)
{
    static const char *const frames[] = {"", "x", "\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
                                         "\x0a\x10 not an id at all \x12\x07 nothing"};
    void *ctx = zmq_ctx_new(), *dealer = zmq_socket(ctx, ZMQ_DEALER);
    char *endpoint = arena_printf(s.arena, "ipc://%s/%s.sock", s.dir, service);

    cr_assert_eq(zmq_connect(dealer, endpoint), 0);
    for (int round = 0; round < 50; round++)
        for (size_t i = 0; i < ARRAY_LEN(frames); i++) {
            cr_assert_geq(zmq_send(dealer, frames[i], strlen(frames[i]), ZMQ_SNDMORE), 0);
            cr_assert_geq(zmq_send(dealer, frames[i], strlen(frames[i]), 0), 0);
        }
    zmq_close(dealer); /* lingers until all of it is delivered */
    zmq_ctx_term(ctx);
}

Test(bad_input, a_hostile_peer_on_the_bus_changes_nothing_and_keeps_nobody_from_working)
{
    const char *before;

    join("housing", "district", DISTRICT, NULL);
    api_settle(&s);
    before = world();
    for (size_t i = 0; i < ARRAY_LEN(services); i++)
        speak_nonsense(services[i]);
    cr_expect_str_eq(world(), before);
    done("housing", "PUT", REGISTER, "{\"name\":\"样例甲\"}");
    api_settle(&s);
}

static const char *enterprises(void)
{
    char *value = pg_test_value(&s.schemas[1], "select count(*) from enterprise"),
         *kept = arena_strdup(s.arena, value);

    free(value);
    return kept;
}

Test(bad_input, while_the_database_is_away_a_request_is_put_off_and_its_repeat_takes_effect_once)
{
    struct answer away, back = {0};

    join("housing", "district", DISTRICT, NULL);
    pg_test_run(&s.schemas[1], "alter role hongping_intake nologin");
    pg_test_run(&s.schemas[1], "select pg_terminate_backend(pid) from pg_stat_activity where "
                               "usename = 'hongping_intake'");
    away = registered("样例甲");
    pg_test_run(&s.schemas[1], "alter role hongping_intake login");
    cr_expect_eq(away.status, 503, "%s", away.body);
    cr_expect_not_null(answer_header(&s, &away, "Retry-After"));
    cr_expect_not_null(strstr(answer_text(&away, "code"), "unavailable"), "%s", away.body);
    for (int i = 0; i < 60 && back.status != 200; i++) /* each waits for the database a while */
        back = registered("样例甲");
    cr_assert_eq(back.status, 200, "%s", back.body);
    cr_expect_str_eq(enterprises(), "1");
    cr_expect_str_eq(registered("样例甲").body, back.body);
    cr_expect_str_eq(enterprises(), "1");
}
