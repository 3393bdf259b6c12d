/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The small texts within messages: ids, days, instants, points, fractions, codes, regions. What one
 * reader takes, its writer writes, and that reads as the same value.
 */
#include <string.h>

#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/base/points.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

static void try_ids(const char *text)
{
    struct uuid id, again;
    char buf[UUID_TEXT];

    if (uuid_parse(text, &id) == 0) {
        CHECK(uuid_parse(uuid_format(&id, buf), &again) == 0);
        CHECK(memcmp(&id, &again, sizeof(id)) == 0);
    }
    CHECK(*id_fault_name(uscc_check(text)) && *id_fault_name(citizen_id_check(text)));
    if (uscc_check(text) == ID_VALID)
        CHECK(strlen(text) == 18 && uscc_check_char(text) == text[17]);
    if (region_level(text) != REGION_BAD)
        CHECK(region_covers(text, text));
    else
        CHECK(!region_covers(text, text));
}

static void try_times(const char *text)
{
    char day_text[DAY_TEXT], at_text[INSTANT_TEXT];
    int32_t day, day_again;
    int64_t at, at_again;

    if (day_parse(text, &day) == 0) {
        CHECK(strcmp(day_format(day, day_text), text) == 0);
        CHECK(day_parse(day_text, &day_again) == 0 && day == day_again);
        CHECK(instant_day(day_start(day)) == day && instant_day(day_end(day) - 1) == day);
    }
    if (instant_parse(text, &at) == 0) {
        CHECK(instant_parse(instant_format(at, at_text), &at_again) == 0 && at == at_again);
        CHECK(instant_parse(instant_format_utc(at, at_text), &at_again) == 0 && at == at_again);
    }
}

static void try_numbers(struct arena *a, const char *text)
{
    char buf[POINTS_TEXT];
    struct fraction f, g, sum;
    int64_t milli, again;

    if (points_parse(text, &milli) == 0)
        CHECK(points_parse(points_format(milli, buf), &again) == 0 && milli == again);
    if (fraction_parse(text, &f) != 0)
        return;
    CHECK(f.den > 0);
    CHECK(fraction_parse(fraction_text(a, f), &g) == 0 && fraction_compare(f, g) == 0);
    (void)fraction_milli(f);
    if (fraction_add(f, fraction_of(1, 1000), &sum) == 0)
        CHECK(fraction_compare(f, sum) < 0 && fraction_compare(sum, f) > 0);
    if (fraction_mul(f, fraction_of(1, 1), &sum) == 0)
        CHECK(fraction_compare(f, sum) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    char *text = fuzz_text(data, size);

    try_ids(text);
    try_times(text);
    try_numbers(a, text);
    free(text);
    return 0;
}
