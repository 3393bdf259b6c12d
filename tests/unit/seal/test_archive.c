/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal/archive.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/seal_samples.h"

static struct samples samples;
static struct archive_head head;
static struct archive_sum sum;
static struct errtext why;
static char said[4096]; /* code@line of the faults */
static int n_seals;

static void make(enum digest_algorithm third)
{
    static const int sizes[] = {1, 2, 13, 1, 5};
    const enum digest_algorithm algorithms[] = {DIGEST_SHA256, DIGEST_SHA256, third, third,
                                                DIGEST_SHA256};

    samples_release(&samples);
    samples_init(&samples, "scoring", "ballot", "310105", sizes, algorithms, ARRAY_LEN(sizes));
}

static void setup(void)
{
    make(DIGEST_SHA256);
}

static void teardown(void)
{
    samples_release(&samples);
}

TestSuite(archive, .init = setup, .fini = teardown);

static void note(void *data, const struct seal_fault *f)
{
    size_t n = strlen(said);

    (void)data;
    if (n < sizeof(said) - 64)
        snprintf(said + n, sizeof(said) - n, "%s%s@%lld", n ? " " : "", seal_reason_code(f->reason),
                 (long long)f->line);
}

static void count(void *data, const struct archive_seal *seal, int64_t line)
{
    (void)data, (void)seal, (void)line;
    n_seals++;
}

static int check(FILE *f)
{
    const struct archive_listener listener = {{note, NULL}, count, NULL};
    int r;

    *said = 0;
    n_seals = 0;
    rewind(f);
    r = archive_check(f, &listener, &head, &sum, &why);
    if (!r)
        cr_assert_eq(sum.faults == 0, *said == 0);
    return r;
}

static FILE *written(size_t from, size_t to)
{
    FILE *f = tmpfile();

    cr_assert(f);
    samples_archive(&samples, from, to, "2026-11", f);
    return f;
}

/* The archive's text after @from, which stands at the @nth place, became @to; what is said of it. */
static const char *changed(const char *from, int nth, const char *to)
{
    FILE *f = written(0, 4), *g = tmpfile();
    static char text[64 * 1024];
    size_t size;
    char *at = text;

    rewind(f);
    size = fread(text, 1, sizeof(text) - 1, f);
    text[size] = 0;
    for (at = strstr(text, from); at && nth > 1; nth--)
        at = strstr(at + 1, from);
    cr_assert(at, "%s", from);
    fwrite(text, 1, (size_t)(at - text), g);
    fputs(to, g);
    fputs(at + strlen(from), g);
    cr_assert_eq(check(g), 0, "%s", why.text);
    fclose(f);
    fclose(g);
    return said;
}

/* Line @n of the archive, with its newline. */
static const char *line(int n)
{
    static char buf[2][4096];
    static int turn;
    FILE *f = written(0, 4);
    char *text = buf[turn ^= 1];

    rewind(f);
    for (int i = 0; i < n; i++)
        cr_assert(fgets(text, sizeof(buf[0]), f));
    fclose(f);
    return text;
}

Test(archive, holds_as_a_whole_and_from_any_seal_to_any)
{
    for (size_t from = 0; from < 5; from++)
        for (size_t to = from; to < 5; to++) {
            FILE *f = written(from, to);

            cr_assert_eq(check(f), 0, "%s", why.text);
            cr_assert_str_eq(said, "");
            cr_assert_eq(sum.rows, samples.seals[to].last - samples.seals[from].first + 1);
            cr_assert_eq(sum.seals, (int64_t)(to - from + 1));
            cr_assert_eq(n_seals, (int)(to - from + 1));
            cr_assert_eq(sum.last, samples.seals[to].last);
            cr_assert_eq(memcmp(sum.hash, samples.seals[to].hash, DIGEST_SIZE), 0);
            cr_assert_eq(head.n_columns, SAMPLE_COLUMNS);
            cr_assert_str_eq(head.month, "2026-11");
            fclose(f);
        }
}

Test(archive, follows_a_seal_that_changes_the_algorithm)
{
    FILE *f;

    make(DIGEST_SM3);
    f = written(0, 4);
    cr_assert_eq(check(f), 0, "%s", why.text);
    cr_assert_str_eq(said, "");
    fclose(f);
}

/* Lines: 1 head; 2 row 1, 3 seal; 4-5 rows 2-3, 6 seal; 7-19 rows 4-16, 20 seal; 21 row 17, 22 seal;
 * 23-27 rows 18-22, 28 seal; 29 end. */
Test(archive, names_what_was_changed_and_where)
{
    cr_assert_str_eq(changed("85e4d5d3e8", 1, "85e4d5d3e9"), "root@3"); /* recorded_at of row 1 */
    cr_assert_str_eq(changed("\"seq\":5,", 1, "\"seq\":6,"), "order@8 seq@8 order@9");
    cr_assert_str_eq(changed("\"root\":\"", 2, "\"root\":\"0"),
                     "form@6 range@20 root@20 hash@20 count@29");
    cr_assert_str_eq(changed("\"first\":4", 1, "\"first\":5"), "range@20 hash@20");
    cr_assert_str_eq(changed("\"last\":16", 1, "\"last\":17"), "range@20 hash@20 range@22");
    cr_assert_str_eq(changed("\"rows\":22", 1, "\"rows\":21"), "count@29");
    cr_assert_str_eq(changed("\"seals\":5", 1, "\"seals\":6"), "count@29");
    cr_assert_str_eq(changed("310105", 1, "310106"),
                     "genesis@1 root@3 root@6 root@20 root@22 root@28");
    cr_assert_str_eq(changed("\"algorithm\":\"sha256\"", 3, "\"algorithm\":\"sm3\""),
                     "root@6 hash@6");
}

Test(archive, names_rows_that_are_missing_twice_or_swapped)
{
    CLEANUP(str_release) struct str two = STR_INIT, swapped = STR_INIT;

    cr_assert_str_eq(changed(line(9), 1, ""), "order@9 root@19 count@28");
    str_printf(&two, "%s%s", line(9), line(9));
    cr_assert_str_eq(changed(line(9), 1, two.text), "order@10 root@21 count@30");
    str_clear(&two);
    str_printf(&two, "%s%s", line(9), line(10));
    str_printf(&swapped, "%s%s", line(10), line(9));
    cr_assert_str_eq(changed(two.text, 1, swapped.text), "order@9 order@10 order@11 root@20");
}

Test(archive, names_an_end_that_is_missing_cut_or_followed)
{
    CLEANUP(str_release) struct str more = STR_INIT;

    cr_assert_str_eq(changed(line(29), 1, ""), "end@28");
    cr_assert_str_eq(changed(line(28), 1, ""), "range@28 count@28");
    cr_assert_str_eq(changed("}\n", 29, "}"), "torn@29 end@29");
    str_printf(&more, "%s%s", line(29), line(29));
    cr_assert_str_eq(changed(line(29), 1, more.text), "after@30");
    cr_assert_str_eq(changed("{\"kind\":\"row\",\"seq\":20", 1, "nonsense"),
                     "form@25 order@26 root@28 count@29");
}

/* Others' JSON writers set blanks and change the order of members. */
Test(archive, is_read_in_any_form_of_json)
{
    cr_assert_str_eq(
        changed("{\"kind\":\"row\",\"seq\":5,", 1, "{ \"seq\": 5, \"kind\" : \"row\","), "");
    cr_assert_str_eq(changed(",null,", 1, " , null, "), "");
    cr_assert_str_eq(changed("\"row\"", 3, "\"r\\u006fw\""), "");
    cr_assert_str_eq(changed("\"seq\":5,", 1, "\"seq\":5,\"more\":1,"),
                     "form@8 order@9 root@20 count@29");
}

Test(archive, every_changed_byte_is_found)
{
    FILE *f = written(2, 3), *g = tmpfile();
    static char text[64 * 1024];
    size_t size, label = 0;

    rewind(f);
    size = fread(text, 1, sizeof(text), f);
    fclose(f);
    cr_assert(size < sizeof(text));
    for (size_t i = 0; i < size; i++) {
        char before = text[i];
        int r;

        if (text[i] == '\n')
            continue;
        text[i] = before == '7' ? '8' : '7';
        rewind(g);
        cr_assert_eq(fwrite(text, 1, size, g), size);
        cr_assert_eq(fflush(g), 0);
        r = check(g);
        /* names of columns and the month are labels, and nobody else's chain is known here; a change
         * of the first line's previous is seen in its first seal */
        if (r == 0 && !*said) {
            label++;
            cr_assert_lt(i, 700, "%.80s", text + i - 40);
        }
        text[i] = before;
    }
    cr_assert_lt(label, 60);
    fclose(g);
}

Test(archive, what_is_none_is_refused)
{
    static const char *const texts[] = {"", "\n", "{}\n", "{\"kind\":\"archive\"}\n", "\xff\n"};

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        FILE *f = tmpfile();

        fputs(texts[i], f);
        cr_assert_eq(check(f), ARCHIVE_E_FORM, "%zu", i);
        fclose(f);
    }
}

Test(archive, a_full_disk_is_told_at_the_end)
{
    CLEANUP(archive_writer_free) struct archive_writer *w = NULL;
    struct bytes values[SAMPLE_COLUMNS] = {0};
    FILE *f = fopen("/dev/full", "we");

    cr_assert(f);
    head = (struct archive_head){.chain = samples.chain,
                                 .n_columns = 1,
                                 .columns = {{"seq", SEAL_BIGINT}},
                                 .algorithm = DIGEST_SHA256};
    w = archive_writer_new(f, &head);
    for (int64_t i = 1; i < 20000; i++)
        archive_row(w, i, values);
    cr_assert_eq(archive_end(w), -ENOSPC);
    fclose(f);
}

/* Every row of @f, value by value. */
static void rows_are_read(FILE *f, int64_t first, int64_t last)
{
    CLEANUP(archive_reader_free) struct archive_reader *r = NULL;
    const struct bytes *values;
    int64_t seq;

    rewind(f);
    cr_assert_eq(archive_reader_new(f, &r, &why), 0, "%s", why.text);
    cr_assert_eq(archive_reader_head(r)->first, first);
    for (int64_t want = first; want <= last; want++) {
        struct sample_row row;

        sample_row(want, &row);
        cr_assert_eq(archive_reader_next(r, &seq, &values), 0);
        cr_assert_eq(seq, want);
        for (size_t i = 0; i < SAMPLE_COLUMNS; i++) {
            struct bytes b = row.values[i].bytes;

            cr_assert(b.size == values[i].size && !b.data == !values[i].data, "row %lld, value %zu",
                      (long long)seq, i);
            cr_assert(!b.data || memcmp(b.data, values[i].data, b.size) == 0, "row %lld, value %zu",
                      (long long)seq, i);
        }
    }
    cr_assert_eq(archive_reader_next(r, &seq, &values), ARCHIVE_E_END);
}

Test(archive, rows_are_read_as_they_were_written_in_any_form)
{
    FILE *f = written(1, 3), *g = tmpfile();
    char text[4096];

    rows_are_read(f, 2, 17);
    rewind(f);
    while (fgets(text, sizeof(text), f)) {
        char *at = strstr(text, ",\"values\":");

        if (at) /* as another writer sets it */
            fprintf(g, "%.*s , \"values\" : %s", (int)(at - text), text,
                    at + strlen(",\"values\":"));
        else
            fputs(text, g);
    }
    rows_are_read(g, 2, 17);
    fclose(f);
    fclose(g);
}

Test(archive, a_reader_refuses_what_is_no_archive)
{
    CLEANUP(archive_reader_free) struct archive_reader *r = NULL;
    FILE *f = written(0, 0), *none = tmpfile();
    const struct bytes *values;
    int64_t seq;

    cr_assert_eq(archive_reader_new(none, &r, &why), ARCHIVE_E_FORM);
    fputs("{\"kind\":\"seal\"}\n", none);
    rewind(none);
    cr_assert_eq(archive_reader_new(none, &r, &why), ARCHIVE_E_FORM);
    fputs("nonsense\n", f);
    rewind(f);
    cr_assert_eq(archive_reader_new(f, &r, &why), 0);
    cr_assert_eq(archive_reader_next(r, &seq, &values), 0);
    cr_assert_eq(archive_reader_next(r, &seq, &values), ARCHIVE_E_FORM);
    fclose(f);
    fclose(none);
}
