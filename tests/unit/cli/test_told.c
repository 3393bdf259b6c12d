/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/stack/told.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char data[] = "/tmp/hongping-told-XXXXXX";
static char path[64];
static struct errtext e;

static void setup(void)
{
    cr_assert(mkdtemp(data));
    snprintf(path, sizeof(path), "%s/" TOLD_FILE, data);
}

static void teardown(void)
{
    unlink(path);
    rmdir(data);
}

TestSuite(told, .init = setup, .fini = teardown);

static void file(const char *text)
{
    FILE *f = fopen(path, "w");

    cr_assert(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static struct told read_it(void)
{
    struct told t;

    cr_assert(told_read(data, &t, &e) == 0, "%s", e.text);
    return t;
}

static void says(struct told *t, const char *set)
{
    cr_assert(told_say(t, set, &e) == 0, "%s", e.text);
}

static const char *content(void)
{
    static char text[4096];
    FILE *f = fopen(path, "r");
    size_t n;

    cr_assert(f);
    n = fread(text, 1, sizeof(text) - 1, f);
    fclose(f);
    text[n] = '\0';
    return text;
}

Test(told, without_a_file_it_is_the_defaults)
{
    struct told t = read_it();

    cr_expect(!t.known);
    cr_expect_eq(t.port, 8310);
    cr_expect(strcmp(t.address, "127.0.0.1") == 0);
    cr_expect(strcmp(t.sets[0], "city=310000") == 0);
    cr_expect(strcmp(t.sets[1], "districts=310105") == 0);
    cr_expect(!t.sets[2]);
    told_release(&t);
}

Test(told, what_is_written_is_read_again)
{
    struct told t = read_it();

    says(&t, "port=9000");
    says(&t, "scoring.db=host=/a b # not a remark");
    cr_assert(told_write(&t, data, &e) == 0, "%s", e.text);
    told_release(&t);
    t = read_it();
    cr_expect(t.known);
    cr_expect_eq(t.port, 9000);
    cr_expect(strcmp(t.sets[2], "scoring.db=host=/a b # not a remark") == 0);
    cr_expect_eq(t.changes.size, 0);
    told_release(&t);
}

Test(told, a_line_is_replaced_where_it_stands)
{
    struct told t;

    file("# mine\nport=1\n\nworkers=2\ncity=310000");
    t = read_it();
    says(&t, "workers=3");
    says(&t, "city=310000");
    says(&t, "digest=sm3");
    cr_expect(strcmp(t.changes.text, "workers=3 (was 2), digest=sm3") == 0, "%s", t.changes.text);
    cr_assert(told_write(&t, data, &e) == 0, "%s", e.text);
    cr_expect(strcmp(content(), "# mine\nport=1\n\nworkers=3\ncity=310000\ndigest=sm3\n") == 0,
              "%s", content());
    told_release(&t);
}

Test(told, what_cannot_be_read_is_named_with_its_line)
{
    static const char *const wrong[] = {
        "port=abc", "port=65536", "port=", "address=here", "words", "=x", "metrics=127.0.0.1:1"};
    char text[128], place[128];
    struct told t;

    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        snprintf(text, sizeof(text), "# one\n\n%s\n", wrong[i]);
        file(text);
        cr_expect(told_read(data, &t, &e) == TOLD_E_BAD, "%s", wrong[i]);
        snprintf(place, sizeof(place), "%s:3: ", path);
        cr_expect(strstr(e.text, place) == e.text, "%s", e.text);
    }
}

Test(told, what_is_refused_changes_nothing)
{
    struct told t = read_it();

    cr_expect(told_say(&t, "port=many", &e) == TOLD_E_BAD);
    cr_expect(told_say(&t, "nonsense", &e) == TOLD_E_BAD);
    cr_expect_eq(t.port, 8310);
    cr_expect_eq(t.changes.size, 0);
    told_release(&t);
}

Test(told, another_city_is_refused_for_any_service)
{
    struct told kept, now;

    file("city=320000\n");
    kept = read_it();
    now = read_it();
    says(&now, "districts=320102");
    cr_expect(told_same_city(&kept, &now, data, &e) == 0);
    says(&now, "credit.city=310000");
    cr_expect(told_same_city(&kept, &now, data, &e) == TOLD_E_CITY);
    cr_expect(strstr(e.text, "320000") && strstr(e.text, "310000"), "%s", e.text);
    told_release(&kept);
    told_release(&now);
}
