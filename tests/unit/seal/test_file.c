/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal/file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/seal/line.h"

static char dir[64], path[128], copy[128], key_path[128];
static struct seal_key *key;
static struct seal_log *seal_log;
static struct errtext why;

static void setup(void)
{
    snprintf(dir, sizeof(dir), "/tmp/hp-seal-XXXXXX");
    cr_assert(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/seal.file", dir);
    snprintf(copy, sizeof(copy), "%s/away/seal.copy", dir);
    snprintf(key_path, sizeof(key_path), "%s/seal.key", dir);
    cr_assert_eq(seal_key_new(key_path, SEAL_ED25519, &why), 0);
    cr_assert_eq(seal_key_load(key_path, &key, &why), 0);
}

static void copy_folder(bool there)
{
    char away[128];

    snprintf(away, sizeof(away), "%s/away", dir);
    if (there)
        cr_assert_eq(mkdir(away, 0700), 0);
    else
        rmdir(away);
}

static void teardown(void)
{
    seal_log_close(seal_log);
    seal_key_free(key);
    unlink(path);
    unlink(copy);
    unlink(key_path);
    copy_folder(false);
    rmdir(dir);
}

TestSuite(file, .init = setup, .fini = teardown);

static void lines_of(int64_t first, size_t n, struct seal_signed *ret)
{
    for (size_t i = 0; i < n; i++) {
        struct seal_head head = {.last = first + (int64_t)i, .algorithm = DIGEST_SHA256, .at = 1};

        cr_assert_eq(seal_chain_set(&head.chain, "scoring", "log", "310105"), 0);
        cr_assert_eq(seal_sign(key, &head, &ret[i]), 0);
    }
}

static int append(int64_t first, size_t n)
{
    struct seal_signed lines[8];

    lines_of(first, n, lines);
    return seal_log_append(seal_log, lines, n, &why);
}

static void open_log(const char *copy_to)
{
    seal_log_close(seal_log);
    seal_log = NULL;
    cr_assert_eq(seal_log_open(path, copy_to, &seal_log, &why), 0, "%s", why.text);
}

/* The places signed in a file: "1 2 3"; "!" for a line that is none, "~" for a torn one. */
static const char *placed(const char *file)
{
    static char out[256];
    FILE *f = fopen(file, "re");
    CLEANUP(lines_free) struct lines *lines = NULL;
    const char *text;
    size_t size, n = 0;
    int r;

    cr_assert(f, "%s", file);
    lines = lines_new(f);
    *out = 0;
    while ((r = lines_next(lines, &text, &size)) != LINES_E_END) {
        struct seal_signed s;
        bool good = r == 0 && seal_signed_parse(text, size, &s, &why) == 0;

        cr_assert(r >= 0);
        n += (size_t)snprintf(out + n, sizeof(out) - n, n ? " " : "");
        n += good ? (size_t)snprintf(out + n, sizeof(out) - n, "%lld", (long long)s.head.last)
                  : (size_t)snprintf(out + n, sizeof(out) - n, r ? "~" : "!");
    }
    fclose(f);
    return out;
}

static void add_bytes(const char *file, const void *data, size_t size)
{
    int fd = open(file, O_WRONLY | O_APPEND);

    cr_assert_eq(write(fd, data, size), (ssize_t)size);
    close(fd);
}

static int64_t size_of(const char *file)
{
    struct stat st;

    cr_assert_eq(stat(file, &st), 0);
    return st.st_size;
}

Test(file, lines_stay_in_order_over_openings)
{
    open_log(NULL);
    cr_assert_eq(seal_log_state(seal_log)->size, 0);
    cr_assert_eq(append(1, 2), 0);
    cr_assert_eq(append(3, 1), 0);
    open_log(NULL);
    cr_assert_eq(seal_log_state(seal_log)->cut, 0);
    cr_assert_eq(append(4, 1), 0);
    cr_assert_eq(append(0, 0), 0);
    cr_assert_str_eq(placed(path), "1 2 3 4");
    cr_assert_eq(seal_log_state(seal_log)->size, size_of(path));
}

Test(file, a_second_writer_is_refused)
{
    struct seal_log *other = NULL;

    open_log(NULL);
    cr_assert_eq(seal_log_open(path, NULL, &other, &why), SEAL_LOG_E_LOCKED);
    cr_assert(strstr(why.text, path));
    cr_assert_null(other);
    cr_assert_eq(append(1, 1), 0);
}

Test(file, a_torn_last_line_is_cut_off_and_told)
{
    open_log(NULL);
    cr_assert_eq(append(1, 2), 0);
    add_bytes(path, "{\"kind\":\"sig", 12);
    cr_assert_str_eq(placed(path), "1 2 ~");
    open_log(NULL);
    cr_assert_eq(seal_log_state(seal_log)->cut, 12);
    cr_assert_eq(append(3, 1), 0);
    cr_assert_str_eq(placed(path), "1 2 3");
}

Test(file, pages_of_nuls_are_cut_off_even_before_whole_text)
{
    static const char zeros[5000];

    open_log(NULL);
    cr_assert_eq(append(1, 1), 0);
    add_bytes(path, zeros, sizeof(zeros));
    add_bytes(path, "rest}\n", 6);
    open_log(NULL);
    cr_assert_eq(seal_log_state(seal_log)->cut, 5006);
    cr_assert_str_eq(placed(path), "1");
}

Test(file, a_file_of_half_a_line_becomes_empty)
{
    open_log(NULL);
    add_bytes(path, "half", 4);
    open_log(NULL);
    cr_assert_eq(seal_log_state(seal_log)->cut, 4);
    cr_assert_eq(size_of(path), 0);
}

/* A tail of more than one block, without a newline. */
Test(file, a_long_torn_tail_is_cut_off)
{
    char *tail = malloc(200000);

    cr_assert(tail);
    memset(tail, 'x', 200000);
    open_log(NULL);
    cr_assert_eq(append(1, 1), 0);
    add_bytes(path, tail, 200000);
    free(tail);
    open_log(NULL);
    cr_assert_eq(seal_log_state(seal_log)->cut, 200000);
    cr_assert_str_eq(placed(path), "1");
}

/* What was written long ago is evidence, whatever it looks like. */
Test(file, a_whole_line_is_never_cut_off)
{
    open_log(NULL);
    add_bytes(path, "what is this\n", 13);
    open_log(NULL);
    cr_assert_eq(seal_log_state(seal_log)->cut, 0);
    cr_assert_eq(append(1, 1), 0);
    cr_assert_str_eq(placed(path), "! 1");
}

Test(file, a_full_disk_leaves_no_half_line)
{
    struct rlimit limit, before;
    int64_t size;

    open_log(NULL);
    cr_assert_eq(append(1, 1), 0);
    size = size_of(path);
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = (rlim_t)size + 100;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_assert_eq(append(2, 1), -ENOSPC);
    cr_assert_eq(size_of(path), size);
    cr_assert_eq(append(2, 1), -ENOSPC);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    cr_assert_eq(append(2, 1), 0);
    cr_assert_str_eq(placed(path), "1 2");
}

/* ---- the copy ---- */

Test(file, the_copy_has_every_line)
{
    copy_folder(true);
    open_log(copy);
    cr_assert_eq(append(1, 2), 0);
    cr_assert_eq(append(3, 1), 0);
    cr_assert_eq(seal_log_state(seal_log)->copy, SEAL_COPY_WHOLE);
    cr_assert_str_eq(placed(copy), "1 2 3");
}

Test(file, without_the_copy_s_folder_the_file_goes_on_and_the_copy_catches_up)
{
    const struct seal_log_state *state;

    open_log(copy);
    state = seal_log_state(seal_log);
    cr_assert_eq(state->copy, SEAL_COPY_BEHIND);
    cr_assert_eq(append(1, 2), SEAL_LOG_E_COPY);
    cr_assert_eq(append(3, 1), SEAL_LOG_E_COPY);
    cr_assert_eq(state->copy_failures, 3);
    cr_assert_eq(state->copy_missing, state->size);
    cr_assert(strstr(state->copy_error.text, copy));
    cr_assert_str_eq(placed(path), "1 2 3");
    copy_folder(true);
    cr_assert_eq(append(0, 0), 0);
    cr_assert_eq(state->copy_missing, 0);
    cr_assert_str_eq(placed(copy), "1 2 3");
    cr_assert_eq(append(4, 1), 0);
    cr_assert_str_eq(placed(copy), "1 2 3 4");
}

Test(file, a_copy_torn_in_a_line_goes_on_from_where_it_stands)
{
    copy_folder(true);
    open_log(copy);
    cr_assert_eq(append(1, 3), 0);
    seal_log_close(seal_log);
    seal_log = NULL;
    cr_assert_eq(truncate(copy, size_of(copy) - 100), 0);
    open_log(copy);
    cr_assert_eq(seal_log_state(seal_log)->copy, SEAL_COPY_WHOLE);
    cr_assert_str_eq(placed(copy), "1 2 3");
}

Test(file, a_copy_that_holds_something_else_is_left_alone)
{
    int64_t size;

    copy_folder(true);
    open_log(copy);
    cr_assert_eq(append(1, 2), 0);
    seal_log_close(seal_log);
    seal_log = NULL;
    add_bytes(copy, "more than there is\n", 19);
    size = size_of(copy);
    open_log(copy);
    cr_assert_eq(seal_log_state(seal_log)->copy, SEAL_COPY_DIFFERS);
    cr_assert_eq(append(3, 1), SEAL_LOG_E_COPY);
    cr_assert_eq(seal_log_state(seal_log)->copy, SEAL_COPY_DIFFERS);
    cr_assert_eq(size_of(copy), size);
    cr_assert_str_eq(placed(path), "1 2 3");
}

Test(file, the_file_is_not_its_own_copy)
{
    open_log(path);
    cr_assert_eq(append(1, 1), SEAL_LOG_E_COPY);
    cr_assert_str_eq(placed(path), "1");
}

/* Ten lines of 30 MB: more than one append copies. */
Test(file, a_far_copy_catches_up_in_parts)
{
    char *line = malloc(3000000);
    int64_t missing;
    int calls = 0;

    cr_assert(line);
    memset(line, ' ', 3000000);
    line[2999999] = '\n';
    open_log(NULL);
    for (int i = 0; i < 10; i++)
        add_bytes(path, line, 3000000);
    free(line);
    copy_folder(true);
    open_log(copy);
    missing = seal_log_state(seal_log)->copy_missing;
    cr_assert_gt(missing, 0);
    cr_assert_lt(missing, 30000000);
    while (append(0, 0) == SEAL_LOG_E_COPY) {
        cr_assert_lt(seal_log_state(seal_log)->copy_missing, missing);
        missing = seal_log_state(seal_log)->copy_missing;
        cr_assert_lt(++calls, 10);
    }
    cr_assert_eq(seal_log_state(seal_log)->copy_failures, 0);
    cr_assert_eq(size_of(copy), size_of(path));
}

/* ---- lines ---- */

static FILE *file_of(size_t before, size_t size, const char *after)
{
    FILE *f = tmpfile();

    cr_assert(f);
    for (size_t i = 0; i < before; i++)
        fprintf(f, "line %zu\n", i + 1);
    for (size_t i = 0; i < size; i++)
        putc('x', f);
    fputs(after, f);
    rewind(f);
    return f;
}

Test(lines, are_given_one_by_one_across_the_buffer_s_ends)
{
    FILE *f = file_of(100000, 700000, "\n\nlast");
    CLEANUP(lines_free) struct lines *lines = lines_new(f);
    struct lines_place place = {0};
    const char *text;
    char want[32];
    size_t size;

    for (int turn = 0; turn < 2; turn++) {
        for (size_t i = turn ? 77777 : 1; i <= 100000; i++) {
            cr_assert_eq(lines_next(lines, &text, &size), 0);
            snprintf(want, sizeof(want), "line %zu", i);
            cr_assert(size == strlen(want) && memcmp(text, want, size) == 0, "%s", want);
            cr_assert_eq(lines_number(lines), (int64_t)i);
            if (i == 77777)
                place = lines_place(lines);
        }
        cr_assert_eq(lines_next(lines, &text, &size), 0);
        cr_assert_eq(size, 700000);
        cr_assert_eq(lines_next(lines, &text, &size), 0);
        cr_assert_eq(size, 0);
        cr_assert_eq(lines_next(lines, &text, &size), LINES_E_TORN);
        cr_assert_eq(size, 4);
        cr_assert_eq(memcmp(text, "last", 4), 0);
        cr_assert_eq(lines_next(lines, &text, &size), LINES_E_END);
        cr_assert_eq(lines_back(lines, place), 0);
    }
    fclose(f);
}

Test(lines, one_that_is_too_long_is_passed_over)
{
    FILE *f = file_of(1, 70 * 1024 * 1024, "\nnext\n");
    CLEANUP(lines_free) struct lines *lines = lines_new(f);
    const char *text;
    size_t size;

    cr_assert_eq(lines_next(lines, &text, &size), 0);
    cr_assert_eq(lines_next(lines, &text, &size), LINES_E_LONG);
    cr_assert_eq(lines_number(lines), 2);
    cr_assert_eq(lines_next(lines, &text, &size), 0);
    cr_assert_eq(lines_number(lines), 3);
    cr_assert(size == 4 && memcmp(text, "next", 4) == 0);
    cr_assert_eq(lines_next(lines, &text, &size), LINES_E_END);
    fclose(f);
}
