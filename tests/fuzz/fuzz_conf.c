/* SPDX-License-Identifier: Apache-2.0 */
/* A settings file: refused with its place, or states whose sample file reads as the same states. */
#include <string.h>

#include "common/base/str.h"
#include "common/conf/conf.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

struct settings {
    char *name;
    int64_t workers, period_ms;
    bool on;
};

static const struct conf_key keys[] = {
    CONF_BOOL(struct settings, on, "fuzz.on", "false", "a switch"),
    CONF_DURATION(struct settings, period_ms, "fuzz.period", "5s", "a duration"),
    CONF_TEXT(struct settings, name, "fuzz.name", "样例", "a text"),
    CONF_INT(struct settings, workers, "fuzz.workers", "2", 1, 64, "a number"),
    CONF_END,
};

static int load(struct settings *s, const void *data, size_t size, struct errtext *e)
{
    const struct conf_group groups[] = {{keys, s}, {NULL, NULL}};
    struct fuzz_file file;
    int r;

    fuzz_file_open(&file, data, size);
    r = conf_load(groups, file.path, NULL, e);
    fuzz_file_close(&file);
    return r;
}

static void check_again(struct settings *s)
{
    const struct conf_group groups[] = {{keys, s}, {NULL, NULL}};
    struct settings t = {0};
    const struct conf_group others[] = {{keys, &t}, {NULL, NULL}};
    char *sample;
    size_t size;
    FILE *out = open_memstream(&sample, &size);

    CHECK(out);
    conf_print(groups, out);
    fclose(out);
    CHECK(load(&t, sample, size, NULL) == 0);
    CHECK(s->on == t.on && s->workers == t.workers && s->period_ms == t.period_ms);
    CHECK(str_equal(s->name, t.name));
    conf_release(others);
    free(sample);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct settings s = {0};
    const struct conf_group groups[] = {{keys, &s}, {NULL, NULL}};
    struct errtext e = {0};
    int r = load(&s, data, size, &e);

    CHECK(r == 0 || r == CONF_E_BAD);
    if (r) {
        CHECK(*e.text);
        return 0;
    }
    CHECK(s.workers >= 1 && s.workers <= 64);
    check_again(&s);
    conf_release(groups);
    return 0;
}
