/* SPDX-License-Identifier: Apache-2.0 */
/* A file of working-day schedules: refused with a place, or years that can be counted. */
#include "common/base/calendar.h"
#include "common/base/clock.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(calendar_free) struct calendar *cal = NULL;
    struct errtext e = {0};
    struct fuzz_file file;
    int32_t start, last;
    bool working;
    int r, n;

    fuzz_file_open(&file, data, size);
    r = calendar_load(file.path, &cal, &e);
    fuzz_file_close(&file);
    CHECK(r <= 0);
    if (r) {
        CHECK(*e.text);
        return 0;
    }
    if (calendar_working_days_in(cal, 2023, &n) == 0)
        CHECK(n >= 0 && n <= 366);
    CHECK(day_of(2023, 4, 14, &start) == 0);
    if (calendar_last_day(cal, start, 5, false, &last) == 0) {
        CHECK(last > start && calendar_is_working(cal, last, &working) == 0);
        CHECK(working);
    }
    return 0;
}
