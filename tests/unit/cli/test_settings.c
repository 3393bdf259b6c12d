/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/stack/settings.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "common/base/yaml.h"

static const char *const sets[] = {"workers=3",
                                   "scoring.workers=4",
                                   "scoring.log.level=it's",
                                   "gateway.http.port=9000",
                                   "log.level=debug",
                                   NULL};

static struct ynode *made(struct arena *a, const char *service, bool manual)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    struct settings_spec spec = {.data = "/d",
                                 .bus_dir = "/tmp/b",
                                 .db = "host=/tmp/b user=hongping_x",
                                 .manual_clock = manual,
                                 .clock_start = "2023-04-01T00:00:00+08:00",
                                 .metrics_port = 8311,
                                 .address = "127.0.0.1",
                                 .port = 8310,
                                 .sets = sets};
    struct errtext e = {0};
    struct ynode *root = NULL;
    int line, column;

    settings_write(&spec, service, &out);
    cr_assert(yaml_parse(a, arena_strdup(a, out.text), out.size, &root, &line, &column, &e) == 0,
              "%s\n%s", e.text, out.text);
    return root;
}

static const char *value(const struct ynode *root, const char *key)
{
    const struct ynode *node = ynode_get(root, key);

    return node ? node->text : "(absent)";
}

#define EXPECT(root, key, text) \
    cr_expect(strcmp(value(root, key), text) == 0, "%s is %s", key, value(root, key))

Test(settings, the_file_says_where_everything_is)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct ynode *root = made(a, "credit", true);

    EXPECT(root, "bus.dir", "/tmp/b");
    EXPECT(root, "db", "host=/tmp/b user=hongping_x");
    EXPECT(root, "clock.mode", "manual");
    EXPECT(root, "clock.start", "2023-04-01T00:00:00+08:00");
    EXPECT(root, "metrics", "127.0.0.1:8311");
    EXPECT(root, "seal.key", "/d/keys/seal.pem");
    EXPECT(root, "seal.file", "/d/seals/credit.jsonl");
    EXPECT(root, "http.port", "(absent)");
    EXPECT(root, "city", "310000");
}

Test(settings, a_machine_clock_has_no_start)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct ynode *root = made(a, "credit", false);

    EXPECT(root, "clock.mode", "machine");
    EXPECT(root, "clock.start", "(absent)");
}

Test(settings, the_later_and_the_own_setting_wins_and_no_key_stands_twice)
{
    CLEANUP(arena_free) struct arena *a = arena_new();

    EXPECT(made(a, "credit", false), "workers", "3");
    EXPECT(made(a, "scoring", false), "workers", "4");
    EXPECT(made(a, "credit", false), "log.level", "debug");
    EXPECT(made(a, "gateway", false), "http.port", "9000");
}

Test(settings, what_is_asked_of_a_service_is_the_last_that_was_said)
{
    cr_expect(eq(str, (char *)settings_said(sets, "scoring", "workers"), "4"));
    cr_expect(eq(str, (char *)settings_said(sets, "intake", "workers"), "3"));
    cr_expect(settings_said(sets, "intake", "work") == NULL);
    cr_expect(settings_said(NULL, "intake", "workers") == NULL);
}

Test(settings, malformed_ones_are_refused)
{
    static const char *const bad[] = {"",          "=x",         "workers",   "work ers=1",
                                      "Workers=1", "gateway.=1", "a=b\nc: d", "a=\xff"};
    struct errtext e = {0};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_expect(settings_check(bad[i], &e) == SETTINGS_E_BAD, "'%s' was taken", bad[i]);
    cr_expect(settings_check("gateway.http.port=1", &e) == 0);
    cr_expect(settings_check("city=", &e) == 0);
}

/* Six services that write one file, or listen at one address. */
Test(settings, what_two_services_cannot_share_needs_the_service)
{
    static const char *const own[] = {
        "seal.copy=/mnt/copy",          "seal.file=/a",
        "metrics=127.0.0.1:1",          "schema=x",
        "bus.listen=tcp://127.0.0.1:1", "bus.announce=tcp://127.0.0.1:1"};
    CLEANUP(str_release) struct str one = STR_INIT;

    for (size_t i = 0; i < ARRAY_LEN(own); i++) {
        struct errtext e = {0};

        cr_expect(settings_check(own[i], &e) == SETTINGS_E_BAD, "'%s' was taken", own[i]);
        cr_expect(strstr(e.text, "needs the service before it") != NULL, "%s", e.text);
        str_clear(&one);
        str_printf(&one, "scoring.%s", own[i]);
        cr_expect(settings_check(one.text, &e) == 0, "%s", e.text);
    }
    struct errtext e = {0};

    cr_expect(settings_check("seal.copy=", &e) == 0); /* none, for all */
    cr_expect(settings_check("seal.key=/k", &e) == 0);
}
