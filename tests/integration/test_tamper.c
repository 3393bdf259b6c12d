/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One value of any column of any row of any ledger of any service is changed behind its back, and
 * bus.Verify names the ledger, the district and the row.
 *
 * Ledgers are found by their columns, not by a list: a new one is tested as soon as it exists, and
 * the test fails until the story below puts a row into it.
 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/str.h"
#include "common/json/pbjson.h"
#include "tests/support/pg_test.h"
#include "tests/support/service_test.h"
#include "tests/support/shipped_programme.h"

#define HOUSING "district@310105"
#define A "91310105MA1010004N"
#define B "91310105MA11103718"
#define SITE "310105001-0001"
#define PROGRAMME "changning-property-2023"

enum { INTAKE, SCORING, PUBLICITY, CREDIT, REPORTING, GATEWAY, N_SERVICES };
static const char *const names[N_SERVICES] = {"intake", "scoring",   "publicity",
                                              "credit", "reporting", "gateway"};
static struct service_test services[N_SERVICES];

#define TEXT(...) arena_printf(services[INTAKE].arena, __VA_ARGS__)

/* ---- a story that puts rows into every ledger ---- */

static const char *done(int service, const char *who, const char *type, const char *json)
{
    service_test_done(&services[service], who, type, json);
    return arena_strdup(services[INTAKE].arena, services[service].last_id);
}

static void in_city(int service, const char *who, const char *type, const char *json)
{
    service_test_done_in(&services[service], TEST_CITY, who, type, json);
}

static void clock_all(const char *instant)
{
    for (int i = 0; i < N_SERVICES; i++)
        service_test_clock(&services[i], instant);
}

static void settle(int hearer, int source)
{
    service_test_settle(&services[hearer], &services[source]);
    service_test_settle_in(&services[hearer], &services[source], TEST_CITY);
}

static void publish(void)
{
    CLEANUP(str_release) struct str json = STR_INIT;
    const char *text = shipped_programme_alone(services[INTAKE].arena, PROGRAMME);

    str_add(&json, "{\"file_name\":\"" PROGRAMME ".yaml\",\"document\":");
    pbjson_write_text(&json, text, strlen(text));
    str_add(&json, "}");
    done(INTAKE, HOUSING, "intake.PublishProgramme", json.text);
}

static void import(const char *district, const char *kind, const char *csv)
{
    service_test_done_in(&services[INTAKE], district, HOUSING, "intake.ImportRegistry",
                         TEXT("{\"kind\":\"%s\",\"csv\":\"%s\"}", kind, csv));
}

static void register_all(void)
{
    import(TEST_DISTRICT, "regions", "code,name\\n310105001,华阳路街道\\n");
    import(TEST_CITY, "enterprises",
           "enterprise_id,name,area_m2\\n" A ",样例甲,1000\\n" B ",样例乙,2000\\n");
    import(TEST_CITY, "managers", "manager_id,name,enterprise_id\\nM1,样例经理," A "\\n");
    import(TEST_DISTRICT, "sites",
           "site_id,kind,name,subdistrict\\n" SITE ",compound,样例小区,310105001\\n");
    import(TEST_DISTRICT, "projects",
           "project_id,site_id,enterprise_id,manager_id,area_m2,from_day\\n" SITE "-P1," SITE "," A
           ",M1,500,2022-01-01\\n");
    import(TEST_CITY, "experts",
           "expert_id,name\\nX1,样例一\\nX2,样例二\\nX3,样例三\\nX4,样例四\\nX5,样例五\\n");
    publish();
}

static void apply(const char *subject)
{
    const char *who = TEXT("enterprise@310105=%s", subject);
    const char *id = done(INTAKE, who, "intake.DraftApplication",
                          TEXT("{\"programme_id\":\"" PROGRAMME "\",\"category\":\"enterprise\","
                               "\"subject_id\":\"%s\",\"route\":\"self\",\"form\":["
                               "{\"name\":\"party_work\",\"value\":\"样例党建\"},"
                               "{\"name\":\"achievements\",\"value\":\"样例事迹\"}]}",
                               subject));
    const char *json = TEXT("{\"application_id\":\"%s\"}", id);

    done(INTAKE, who, "intake.SubmitApplication", json);
    done(INTAKE, HOUSING, "intake.ReviewApplication",
         TEXT("{\"application_id\":\"%s\",\"decision\":\"accept\"}", id));
}

static void vote(const char *panel, const char *subject, int points)
{
    for (int x = 1; x <= 5; x++)
        done(SCORING, TEXT("expert@310105=X%d", x), "scoring.CastBallot",
             TEXT("{\"panel_id\":\"%s\",\"subject_id\":\"%s\",\"points\":\"%d.%03d\",\"comment\":"
                  "\"样例\"}",
                  panel, subject, (points + x) / 1000, (points + x) % 1000));
}

/* From sheets to the proposed list; its id. */
static const char *select_list(void)
{
    const char *panel, *run;

    done(SCORING, "assessor@310105=样例测评", "scoring.ImportInspections",
         "{\"programme_id\":\"" PROGRAMME "\",\"csv\":\"subject_id,inspected_day,leadership."
         "organisation,leadership.members,place,benefit\\n" A ",2023-08-02,18,18,28,28\\n" B
         ",2023-08-02,18,18,27,27\\n\"}");
    panel = done(SCORING, HOUSING, "scoring.OpenPanel",
                 "{\"programme_id\":\"" PROGRAMME
                 "\",\"title\":\"样例评选团\",\"experts\":[\"X1\",\"X2\",\"X3\",\"X4\",\"X5\"]}");
    vote(panel, A, 90000);
    vote(panel, B, 80000);
    done(SCORING, HOUSING, "scoring.ClosePanel", TEXT("{\"panel_id\":\"%s\"}", panel));
    run = done(SCORING, HOUSING, "scoring.RunScoring",
               TEXT("{\"programme_id\":\"" PROGRAMME "\",\"panel_id\":\"%s\"}", panel));
    return done(SCORING, HOUSING, "scoring.ProposeList", TEXT("{\"run_id\":\"%s\"}", run));
}

/* What scoring keeps of an enterprise and of a site that holds an honour of the year before. */
static void record_facts(void)
{
    done(PUBLICITY, HOUSING, "publicity.RecordHonour",
         "{\"category_title\":\"红色物业示范小区\",\"category\":\"compound\",\"subject_id\":\"" SITE
         "\",\"subject_kind\":\"compound\",\"name\":\"样例小区\",\"year\":2022,\"plaque\":\"样例-"
         "2022-1\","
         "\"enterprise_id\":\"" A "\",\"subdistrict\":\"310105001\","
         "\"programme_id\":\"changning-property-2022\"}");
    settle(SCORING, PUBLICITY);
    for (int year = 2021; year <= 2022; year++)
        done(SCORING, HOUSING, "scoring.RecordAssessment",
             TEXT("{\"year\":%d,\"enterprise_id\":\"" A
                  "\",\"grade\":\"good\",\"document\":\"样例\"}",
                  year));
    done(SCORING, HOUSING, "scoring.RecordIncident",
         "{\"on_day\":\"2023-07-01\",\"enterprise_id\":\"" A "\",\"site_id\":\"" SITE
         "\",\"kind\":\"fire\",\"serious\":true,\"description\":\"样例\"}");
    done(SCORING, "subdistrict@310105001", "scoring.CancelEligibility",
         "{\"programme_id\":\"" PROGRAMME "\",\"subject_id\":\"" SITE "\",\"reason\":\"样例\"}");
}

static void deduct(void)
{
    const char *id =
        done(CREDIT, "credit@310105", "credit.RecordDeduction",
             "{\"subject_kind\":\"manager\",\"subject_id\":\"M1\",\"behaviour\":\"Q06-01\","
             "\"on_day\":\"2023-07-01\",\"project_id\":\"" SITE "-P1\",\"document\":\"样例\"}");

    done(CREDIT, "credit@310105", "credit.NotifyDeduction",
         TEXT("{\"deduction_id\":\"%s\",\"receipt\":\"样例\"}", id));
}

static void open_accounts(void)
{
    in_city(GATEWAY, NULL, "gateway.CreateFirstAdministrator",
            "{\"account\":\"admin\",\"password\":\"Quiet-river-1\"}");
    in_city(
        GATEWAY, "admin@310000", "gateway.CreateAccount",
        "{\"account\":\"sample\",\"name\":\"样例\",\"password\":\"Quiet-river-2\",\"bindings\":["
        "{\"role\":\"auditor\",\"region\":\"310105\"}]}");
}

/* A refusal is a row of the log like any other; reporting's only one. */
static void retry_nothing(int service)
{
    Hp__RetryParked retry = HP__RETRY_PARKED__INIT;
    struct service_test *s = &services[service];
    Hp__Reply *reply = NULL;

    retry.source = (char *)"intake";
    retry.district = (char *)TEST_DISTRICT;
    cr_assert_eq(
        bus_ask(s->link, s->arena, s->service,
                bus_envelope(s->arena, "bus.RetryParked", TEST_DISTRICT, &retry.base, 20000),
                &reply),
        0);
    cr_assert_str_eq(reply->code, "not_parked");
}

static void tell_story(void)
{
    const char *list;

    clock_all("2023-04-03T09:00:00+08:00");
    register_all();
    clock_all("2023-06-05T09:00:00+08:00");
    apply(A);
    apply(B);
    for (int i = SCORING; i <= CREDIT; i++)
        settle(i, INTAKE);
    clock_all("2023-08-03T09:00:00+08:00");
    list = select_list();
    settle(PUBLICITY, SCORING);
    record_facts();
    done(PUBLICITY, HOUSING, "publicity.DraftNotice", TEXT("{\"list_id\":\"%s\"}", list));
    deduct();
    open_accounts();
    retry_nothing(REPORTING);
}

static void setup(void)
{
    service_test_open(&services[0], names[0]);
    setenv("HONGPING_HTTP_PORT", "0", 1);
    setenv("HONGPING_DATA_DIR", TEXT("%s/data", services[0].dir), 1); /* goes with the sockets */
    setenv("HONGPING_PASSWORD_MEMORY", "8", 1);
    for (int i = 1; i < N_SERVICES; i++)
        service_test_join(&services[i], names[i], &services[0]);
    tell_story();
}

static void teardown(void)
{
    for (int i = N_SERVICES; i-- > 0;)
        service_test_close(&services[i]);
}

TestSuite(tamper, .init = setup, .fini = teardown, .timeout = 600);

/* ---- tampering ---- */

static Hp__VerifyReply *verify(struct service_test *s)
{
    Hp__Verify q = HP__VERIFY__INIT;
    Hp__Reply *reply = NULL;
    Hp__VerifyReply *v;

    cr_assert_eq(bus_ask(s->link, s->arena, s->service,
                         bus_envelope(s->arena, "bus.Verify", TEST_CITY, &q.base, 60000), &reply),
                 0);
    cr_assert_eq(reply->status, HP__REPLY__STATUS__DONE);
    v = hp__verify_reply__unpack(arena_pb(s->arena), reply->payload.len, reply->payload.data);
    cr_assert_not_null(v);
    return v;
}

static bool names_row(const Hp__VerifyReply *v, const char *ledger, const char *district,
                      int64_t seq)
{
    for (size_t i = 0; i < v->n_faults; i++)
        if (strcmp(v->faults[i]->ledger, ledger) == 0 &&
            strcmp(v->faults[i]->district, district) == 0 && v->faults[i]->seq == seq)
            return true;
    return false;
}

/* An SQL expression for a value that differs in as little as its type allows. */
static const char *changed(const char *type, const char *column)
{
    if (strcmp(type, "bytea") == 0)
        return TEXT("case octet_length(%1$s) when 0 then '\\x00'::bytea else set_byte(%1$s, "
                    "octet_length(%1$s) / 2, get_byte(%1$s, octet_length(%1$s) / 2) # 1) end",
                    column);
    if (strcmp(type, "text") == 0)
        return TEXT("case %1$s when '' then ' ' else chr(ascii(%1$s) # 1) || substr(%1$s, 2) end",
                    column);
    if (strcmp(type, "uuid") == 0)
        return TEXT("translate(%1$s::text, '0123456789abcdef', '1032547698badcfe')::uuid", column);
    if (strncmp(type, "timestamp", 9) == 0)
        return TEXT("%s + interval '1 microsecond'", column);
    if (strcmp(type, "date") == 0)
        return TEXT("%s + 1", column);
    if (strcmp(type, "boolean") == 0)
        return TEXT("not %s", column);
    if (strcmp(type, "bigint") == 0 || strcmp(type, "integer") == 0)
        return TEXT("%s # 1048576",
                    column); /* a bit that no neighbour has, so that keys stay unique */
    cr_assert_fail("a ledger column of type %s: say here how to change one", type);
    return NULL;
}

/* A value where there was none. */
static const char *invented(const char *type)
{
    return strcmp(type, "text") == 0            ? "''"
           : strcmp(type, "bytea") == 0         ? "''::bytea"
           : strcmp(type, "uuid") == 0          ? "'00000000-0000-0000-0000-000000000000'"
           : strcmp(type, "date") == 0          ? "'2023-01-01'"
           : strcmp(type, "boolean") == 0       ? "false"
           : strncmp(type, "timestamp", 9) == 0 ? "'2023-01-01T00:00:00Z'"
                                                : "0";
}

struct place {
    struct service_test *s;
    const char *table, *district;
    int64_t seq;
};

/* Change @column of the row to @value; the fault is named; put the row back. */
static void tamper(const struct place *p, const char *column, const char *value)
{
    const char *row = TEXT("district = '%s' and seq = %lld", p->district, (long long)p->seq);
    const Hp__VerifyReply *v;
    bool named;

    pg_test_run(
        &p->s->pg,
        TEXT("create table kept as select * from %1$s; update %1$s set %2$s = %3$s where %4$s",
             p->table, column, value, row));
    v = verify(p->s);
    /* a row that says it is another is missing where it was: what follows it there shows that */
    named = strcmp(column, "seq") == 0 || strcmp(column, "district") == 0
                ? v->n_faults > 0 && strcmp(v->faults[0]->ledger, p->table) == 0
                : names_row(v, p->table, p->district, p->seq);
    cr_expect(named, "%s.%s: %s := %s where %s: %zu faults, and none names it", p->s->service,
              p->table, column, value, row, v->n_faults);
    pg_test_run(
        &p->s->pg,
        TEXT("delete from %1$s; insert into %1$s select * from kept; drop table kept", p->table));
    cr_assert_eq(verify(p->s)->n_faults, 0, "%s.%s: put back, and still at fault", p->s->service,
                 p->table);
}

/* Some row of the table that has (or, if none has, lacks) a value in @column. */
static bool find_row(struct place *p, const char *column)
{
    const char *some = service_test_value(
        p->s, TEXT("select district || ' ' || seq || ' ' || (%2$s is not null) from %1$s "
                   "order by %2$s is null, md5('%2$s' || district || seq) limit 1",
                   p->table, column));
    char district[16], has[8];
    long long seq;

    cr_assert_eq(sscanf(some, "%15s %lld %7s", district, &seq, has), 3, "%s", some);
    p->district = TEXT("%s", district);
    p->seq = seq;
    return strcmp(has, "true") == 0;
}

static void tamper_table(struct service_test *s, const char *table)
{
    struct place p = {.s = s, .table = table};
    char *columns =
        TEXT("%s", service_test_value(
                       s, TEXT("select string_agg(column_name || ' ' || data_type, ',' order by "
                               "ordinal_position) from information_schema.columns "
                               "where table_schema = '%s' and table_name = '%s'",
                               s->pg.schema, table)));
    char *rest, *column;

    for (column = strtok_r(columns, ",", &rest); column; column = strtok_r(NULL, ",", &rest)) {
        char *type = strchr(column, ' ');

        *type++ = 0;
        if (find_row(&p, column))
            tamper(&p, column, changed(type, column));
        else
            tamper(&p, column, invented(type));
    }
}

/* Rules that would keep a forger with the superuser's rights from writing what he likes. */
static void drop_checks(struct service_test *s)
{
    pg_test_run(
        &s->pg,
        "do $$ declare c record; begin for c in select conrelid::regclass as t, conname from "
        "pg_constraint "
        "where contype in ('c', 'f') and coninhcount = 0 and connamespace = "
        "current_schema()::regnamespace loop "
        "execute format('alter table %s drop constraint %I', c.t, c.conname); end loop; end $$");
}

static char *ledgers_of(struct service_test *s)
{
    return TEXT(
        "%s",
        service_test_value(
            s, TEXT("select string_agg(table_name, ',' order by table_name) from ("
                    "select table_name from information_schema.columns where table_schema = '%s' "
                    "and column_name in ('district', 'seq', 'wall_at', 'digest') and not exists "
                    "(select from pg_class c where c.relnamespace = '%s'::regnamespace and "
                    "c.relname = table_name and c.relispartition) "
                    "group by table_name having count(*) = 4) t",
                    s->pg.schema, s->pg.schema)));
}

static void tamper_service(int i)
{
    struct service_test *s = &services[i];
    char *ledgers = ledgers_of(s), *rest, *table;
    int n = 0;

    drop_checks(s);
    cr_assert_eq(verify(s)->n_faults, 0, "%s is clean before", s->service);
    for (table = strtok_r(ledgers, ",", &rest); table; table = strtok_r(NULL, ",", &rest)) {
        const char *rows = service_test_value(s, TEXT("select count(*) from %s", table));

        n++;
        if (i == REPORTING && strcmp(table, "stream") == 0) {
            cr_expect_str_eq(rows, "0", "reporting says nothing");
            continue;
        }
        cr_assert_str_neq(rows, "0", "the story has to put a row into %s.%s", s->service, table);
        tamper_table(s, table);
    }
    cr_expect_geq(n, 2);
}

/* bus.Verify reads every row of the tables that look like ledgers, and no others. */
static void expect_all_verified(struct service_test *s)
{
    char *ledgers = ledgers_of(s), *rest, *table;
    long long rows = 0;

    for (table = strtok_r(ledgers, ",", &rest); table; table = strtok_r(NULL, ",", &rest))
        rows += atoll(service_test_value(s, TEXT("select count(*) from %s", table)));
    cr_expect_eq(verify(s)->rows, rows, "%s", s->service);
}

/* A row cut from the end, and a head that tells of one more than there are. */
static void cut_log(struct service_test *s)
{
    struct place p = {.s = s, .table = "log"};
    int64_t last;

    find_row(&p, "digest");
    last = atoll(
        service_test_value(s, TEXT("select max(seq) from log where district = '%s'", p.district)));
    pg_test_run(&s->pg, "create table kept as select * from log; delete from log where seq = "
                        "(select max(seq) from log l where l.district = log.district)");
    cr_expect(names_row(verify(s), "log", p.district, last), "%s: a cut tail", s->service);
    pg_test_run(&s->pg, "delete from log; insert into log select * from kept; drop table kept; "
                        "update head set log_seq = log_seq + 1");
    cr_expect(names_row(verify(s), "log", p.district, last + 1), "%s: a head without its row",
              s->service);
    pg_test_run(&s->pg, "update head set log_seq = log_seq - 1");
    cr_expect_eq(verify(s)->n_faults, 0);
}

Test(tamper, one_changed_value_anywhere_in_a_ledger_is_named_and_so_is_a_missing_row)
{
    for (int i = 0; i < N_SERVICES; i++) {
        expect_all_verified(&services[i]);
        tamper_service(i);
        cut_log(&services[i]);
    }
}
