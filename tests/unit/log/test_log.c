/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <jansson.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "common/log/log.h"

static char output[1024 * 1024];

/* What @fn writes to stderr. */
static void capture(void (*fn)(void))
{
    FILE *file = tmpfile();
    int kept = dup(STDERR_FILENO);

    cr_assert_not_null(file);
    dup2(fileno(file), STDERR_FILENO);
    fn();
    log_flush();
    dup2(kept, STDERR_FILENO);
    close(kept);
    rewind(file);
    output[fread(output, 1, sizeof(output) - 1, file)] = 0;
    fclose(file);
}

/* The next line from @*at as an object; every line must be one. */
static json_t *next_line(const char **at)
{
    const char *end = strchr(*at, '\n');
    json_error_t error;
    json_t *line;

    if (!end)
        return NULL;
    cr_assert_leq(end - *at + 1, 4096);
    line = json_loadb(*at, (size_t)(end - *at), JSON_REJECT_DUPLICATES, &error);
    cr_assert_not_null(line, "%s: %.*s", error.text, (int)(end - *at), *at);
    *at = end + 1;
    return line;
}

static const char *field(json_t *line, const char *key)
{
    return json_string_value(json_object_get(line, key));
}

static void say_one(void)
{
    log_init("publicity", "info");
    log_trace("0123abcd");
    log_line(LOG_WARN, "notice published", "notice", "n-1", "district", NULL, "title",
             "红\"评\"\n\\", NULL);
}

Test(log, a_line_is_an_object_with_what_it_is_about)
{
    const char *at = output;
    json_t *line;

    capture(say_one);
    line = next_line(&at);
    cr_assert_str_eq(field(line, "level"), "warn");
    cr_assert_str_eq(field(line, "service"), "publicity");
    cr_assert_str_eq(field(line, "trace"), "0123abcd");
    cr_assert_str_eq(field(line, "what"), "notice published");
    cr_assert_str_eq(field(line, "notice"), "n-1");
    cr_assert_str_eq(field(line, "title"), "红\"评\"\n\\");
    cr_assert_null(json_object_get(line, "district"));
    cr_assert_eq(strlen(field(line, "time")), strlen("2023-10-01T00:00:00.000000Z"));
    cr_assert_eq(*at, 0);
    json_decref(line);
}

static void say_all_levels(void)
{
    log_init("x", "warn");
    log_line(LOG_DEBUG, "one", NULL);
    log_line(LOG_INFO, "two", NULL);
    log_line(LOG_WARN, "three", NULL);
    log_line(LOG_ERROR, "four", NULL);
    log_init("x", "loud");
    log_line(LOG_DEBUG, "five", NULL);
    log_line(LOG_INFO, "six", NULL);
}

Test(log, lines_below_the_level_are_left_out)
{
    static const char *const want[] = {"three", "four", "six"};
    const char *at = output;

    capture(say_all_levels);
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        json_t *line = next_line(&at);

        cr_assert_str_eq(field(line, "what"), want[i]);
        json_decref(line);
    }
    cr_assert_eq(*at, 0);
}

static void say_too_much(void)
{
    char big[6000];

    log_init("x", "info");
    for (int shift = 0; shift < 6; shift++) {
        for (int i = 0; i < 5990; i += 3)
            memcpy(big + shift + i, "评", 4);
        memset(big, '"', (size_t)shift);
        log_line(LOG_INFO, "long", "text", big, "after", "lost", NULL);
    }
    for (int n = 3900; n < 4096; n++) {
        memset(big, 'k', (size_t)n);
        big[n] = 0;
        log_line(LOG_INFO,
                 n % 5 ? n % 5 == 1   ? "a"
                         : n % 5 == 2 ? "b"
                         : n % 5 == 3 ? "c"
                                      : "d"
                       : "e",
                 "text", big, "next", "value", NULL);
    }
}

Test(log, a_line_over_4_kib_is_cut_and_still_an_object)
{
    const char *at = output;
    int n_cut = 0, n = 0;
    json_t *line;

    capture(say_too_much);
    for (; (line = next_line(&at)); n++) {
        n_cut += json_is_true(json_object_get(line, "cut"));
        json_decref(line);
    }
    cr_assert_eq(n, 6 + 196);
    cr_assert(n_cut > 6 && n_cut < n, "%d", n_cut);
}

static void say_bad_bytes(void)
{
    log_init("x", "info");
    log_line(LOG_INFO, "bytes", "raw", "a\xFF\xE7\xBAz\x01\x7F", NULL);
}

Test(log, bytes_that_are_not_utf8_cannot_break_a_line)
{
    const char *at = output;
    json_t *line;

    capture(say_bad_bytes);
    line = next_line(&at);
    cr_assert_str_eq(field(line, "raw"), "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\x01\x7F");
    json_decref(line);
}

static void repeat(void)
{
    log_init("x", "info");
    for (int i = 0; i < 500; i++)
        log_line(LOG_INFO, "again", NULL);
    log_line(LOG_INFO, "other", NULL);
}

/* On a slow machine the 500 may take more than a second: what is written and what is summed up
 * still make 500. */
Test(log, repeats_are_counted_not_lost)
{
    const char *at = output;
    int n = 0, n_left_out = 0, n_other = 0;
    json_t *line;

    capture(repeat);
    while ((line = next_line(&at))) {
        const char *what = field(line, "what");

        n += strcmp(what, "again") == 0;
        n_other += strcmp(what, "other") == 0;
        if (strcmp(what, "repeats left out") == 0) {
            cr_assert_str_eq(field(line, "of"), "again");
            n_left_out += (int)strtol(field(line, "n"), NULL, 10);
        }
        json_decref(line);
    }
    cr_assert_eq(n + n_left_out, 500, "%d and %d", n, n_left_out);
    cr_assert_geq(n, 50);
    cr_assert_gt(n_left_out, 0);
    cr_assert_eq(n_other, 1);
}

static void *say_many(void *name)
{
    log_trace(name);
    for (int i = 0; i < 40; i++)
        log_line(LOG_INFO, name, "i", "x", NULL);
    return NULL;
}

static void say_from_threads(void)
{
    static char *names[] = {"one", "two", "three", "four"};
    pthread_t threads[4];

    log_init("x", "info");
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, say_many, names[i]);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

Test(log, threads_do_not_mix_their_lines_or_traces)
{
    const char *at = output;
    int n = 0;
    json_t *line;

    capture(say_from_threads);
    for (; (line = next_line(&at)); n++) {
        cr_assert_str_eq(field(line, "trace"), field(line, "what"));
        json_decref(line);
    }
    cr_assert_eq(n, 160);
}
