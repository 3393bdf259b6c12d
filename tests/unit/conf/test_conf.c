/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "common/conf/conf.h"

struct settings {
    char *address, *secret, *level;
    int64_t port, sweep_ms;
    bool strict;
};
struct more {
    char *address;
    int64_t workers;
};

static const struct conf_key keys[] = {
    CONF_TEXT(struct settings, address, "http.address", "127.0.0.1", "where the API listens"),
    CONF_INT(struct settings, port, "http.port", "8080", 0, 65535, "the API's port"),
    CONF_DURATION(struct settings, sweep_ms, "notice.sweep", "30s", "how often expiry is checked"),
    CONF_BOOL(struct settings, strict, "strict", "true", "whether warnings refuse"),
    CONF_WORD(struct settings, level, "log.level", "info", "debug, info, warn, error",
              "what is logged"),
    CONF_TEXT(struct settings, secret, "db.password_file", NULL, "file with the password"),
    CONF_END,
};
static const struct conf_key more_keys[] = {
    CONF_TEXT(struct more, address, "http.address", "127.0.0.1", "where the API listens"),
    {CONF_T_DURATION, "worker.wait", offsetof(struct more, workers), "250ms", 100, 60000,
     "patience"},
    CONF_END,
};

static struct settings s;
static struct more m;
static const struct conf_group groups[] = {{keys, &s}, {more_keys, &m}, {NULL, NULL}};
static struct errtext why;
static char path[] = "/tmp/hongping-conf-XXXXXX";

static void setup(void)
{
    close(mkstemp(path));
}

static void teardown(void)
{
    conf_release(groups);
    unlink(path);
}

TestSuite(conf, .init = setup, .fini = teardown);

static const char *file(const char *text)
{
    FILE *f = fopen(path, "w");

    fputs(text, f);
    fclose(f);
    return path;
}

static void loads(const char *config_path, const char *const *sets)
{
    cr_assert_eq(conf_load(groups, config_path, sets, &why), 0, "%s", why.text);
}

static void refused(const char *config_path, const char *const *sets, const char *in_why)
{
    cr_assert_eq(conf_load(groups, config_path, sets, &why), CONF_E_BAD);
    cr_assert_not_null(strstr(why.text, in_why), "'%s' does not say '%s'", why.text, in_why);
    cr_assert_null(s.address);
    cr_assert_null(m.address);
}

Test(conf, defaults_fill_every_table)
{
    loads(NULL, NULL);
    cr_assert_str_eq(s.address, "127.0.0.1");
    cr_assert_str_eq(m.address, "127.0.0.1");
    cr_assert_eq(s.port, 8080);
    cr_assert_eq(s.sweep_ms, 30000);
    cr_assert_eq(m.workers, 250);
    cr_assert(s.strict);
    cr_assert_null(s.secret);
}

Test(conf, later_sources_win)
{
    const char *const sets[] = {"notice.sweep=2h", NULL};

    setenv("HONGPING_HTTP_PORT", "9001", 1);
    setenv("HONGPING_NOTICE_SWEEP", "7d", 1);
    loads(file("http.port: 9000\nstrict: false\nhttp.address: '::1'\n"), sets);
    cr_assert_eq(s.port, 9001);
    cr_assert_eq(s.sweep_ms, 7200000);
    cr_assert_not(s.strict);
    cr_assert_str_eq(s.address, "::1");
    cr_assert_str_eq(m.address, "::1");
}

Test(conf, a_file_of_remarks_changes_nothing)
{
    loads(file("# http.port: 1\n\n   # more\n"), NULL);
    cr_assert_eq(s.port, 8080);
    conf_release(groups);
    loads(file(""), NULL);
}

Test(conf, unknown_keys_are_refused_with_their_place)
{
    static const char *const sets[] = {"http.prot=1", NULL}, *const bare[] = {"strict", NULL};

    refused(file("strict: true\nhttp.prot: 80\n"), NULL, ":2:1: there is no setting 'http.prot'");
    refused(NULL, sets, "--set: there is no setting 'http.prot'");
    refused(NULL, bare, "expected key=value");
}

Test(conf, values_that_do_not_fit_are_refused_with_what_would)
{
    static const char *const bad[] = {
        "http.port: 65536",
        "http.port: -1",
        "http.port: 80x",
        "http.port: ''",
        "http.port: 1.5",
        "http.port: 99999999999999999999",
        "strict: yes",
        "notice.sweep: 30",
        "notice.sweep: -1s",
        "notice.sweep: 1w",
        "notice.sweep: 99999999999999999d",
        "worker.wait: 99ms",
        "worker.wait: 61s",
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        refused(file(bad[i]), NULL, ":1:1: ");
    refused(file("http.port: 70000"), NULL, "expected whole number, 0 to 65535");
    refused(file("worker.wait: 1ms"), NULL, ", 100ms to 1m");
    setenv("HONGPING_STRICT", "maybe", 1);
    refused(NULL, NULL, "HONGPING_STRICT: strict is 'maybe'");
}

Test(conf, files_that_are_not_flat_settings_are_refused)
{
    refused(file("- a\n"), NULL, ":1:1: lines of 'key: value'");
    refused(file("http.port:\n  - 1\n"), NULL, ":1:1: 'http.port' must be a single value");
    refused(file("strict: true\nstrict: false\n"), NULL, ":2:1: ");
    refused(file("strict: [\n"), NULL, ":2:1: ");
    refused("/nowhere/hongping.yaml", NULL, "/nowhere/hongping.yaml: ");
}

static char *printed(void)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    conf_print(groups, out);
    fclose(out);
    return text;
}

Test(conf, the_printed_file_is_sorted_and_says_type_range_and_value)
{
    static const char *const order[] = {"# db.password_file:", "http.address: \"127.0.0.1\"",
                                        "http.port: 8080",     "notice.sweep: 30s",
                                        "strict: true",        "worker.wait: 250ms"};
    char *text;
    const char *at;

    loads(NULL, NULL);
    at = text = printed();
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        at = strstr(at, order[i]);
        cr_assert_not_null(at, "%s", order[i]);
    }
    cr_assert_not_null(strstr(text, "# the API's port (whole number, 0 to 65535)\n"));
    cr_assert_null(strstr(strstr(text, "http.address:") + 1, "http.address:"));
    free(text);
}

Test(conf, the_printed_file_loads_to_the_same_values)
{
    const char *const sets[] = {"http.address=a \"b\" \\ \x01 红: #", "notice.sweep=0s", NULL};
    char *text, *again;

    loads(NULL, sets);
    text = printed();
    conf_release(groups);
    loads(file(text), NULL);
    cr_assert_str_eq(s.address, "a \"b\" \\ \x01 红: #");
    cr_assert_eq(s.sweep_ms, 0);
    again = printed();
    cr_assert_str_eq(again, text);
    free(text);
    free(again);
}

Test(conf, a_word_is_one_of_those_allowed)
{
    loads(NULL, (const char *[]){"log.level=warn", NULL});
    cr_assert_str_eq(s.level, "warn");
    conf_release(groups);
    refused(NULL, (const char *[]){"log.level=loud", NULL},
            "log.level is 'loud': expected one of debug, info, warn, error");
    refused(NULL, (const char *[]){"log.level=inf", NULL}, "expected one of");
    refused(NULL, (const char *[]){"log.level=", NULL}, "expected one of");
    refused(NULL, (const char *[]){"log.level=debug, info", NULL}, "expected one of");
}
