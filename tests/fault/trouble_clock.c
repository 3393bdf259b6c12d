/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trouble_clock - the machine's clock steps, ahead or back by minutes, and is put right again
 *
 * For everything of the stack and the annex, the server too: they are started with a wall clock
 * that is off by what a file says (tests/support/clock_step). What begins meanwhile knows only the
 * wrong time; the stack's business time is a manual one, and of the annex nothing begins then.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "annex.h"
#include "common/base/clock.h"

enum { LIMIT_S = 60, PATH = 64, LEAST_S = 120, MORE_S = 360 };

static int64_t *step_us;
static char library[PATH], file[PATH];

/* The server's user must be able to read it, wherever the build is. */
static bool copy(const char *from, const char *to)
{
    char buf[1 << 14];
    FILE *in = fopen(from, "re"), *out = fopen(to, "we");
    bool whole = in && out;
    size_t n;

    while (whole && (n = fread(buf, 1, sizeof(buf), in)) > 0)
        whole = fwrite(buf, 1, n, out) == n;
    if (in)
        fclose(in);
    if (out)
        whole &= fclose(out) == 0;
    return whole && chmod(to, 0755) == 0;
}

int clock_prepare(void)
{
    const char *options = getenv("ASAN_OPTIONS");
    char text[512];
    int fd;

    snprintf(library, sizeof(library), "/tmp/hp-fault-%d.so", (int)getpid());
    snprintf(file, sizeof(file), "/tmp/hp-fault-%d.step", (int)getpid());
    fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (!copy(HP_BUILD_DIR "/tests/clock_step.so", library) || fd < 0 || fchmod(fd, 0644) != 0 ||
        ftruncate(fd, sizeof(*step_us)) != 0)
        return -1;
    step_us = mmap(NULL, sizeof(*step_us), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (step_us == MAP_FAILED)
        return -1;
    snprintf(text, sizeof(text), "%s%sverify_asan_link_order=0", options ? options : "",
             options ? ":" : "");
    setenv("ASAN_OPTIONS", text, 1); /* it comes before the sanitizer */
    setenv("LD_PRELOAD", library, 1);
    setenv("HP_TEST_CLOCK_STEP", file, 1);
    return 0;
}

void clock_remove(void)
{
    unlink(library);
    unlink(file);
}

static void set(int64_t us)
{
    __atomic_store_n(step_us, us, __ATOMIC_RELAXED);
}

/* The annex's echo keeps a jump out; after a step back, or one that is mended, it need not. */
static void await_held(struct scene *sc, bool held)
{
    int64_t end = now_us() + LIMIT_S * SECOND_US;

    while (!failed()) {
        CLEANUP(arena_free) struct arena *a = arena_new();
        const Hp__StateReply *state = annex_state(a, sc->link, ANNEX_ECHO);

        if (state && state->clock_held == held)
            return;
        if (now_us() > end)
            fail("a clock that is off by %lld s is %sheld", (long long)(*step_us / SECOND_US),
                 held ? "not " : "");
    }
}

/* Rows of the annex's that have the machine's wrong instant beside the business one; or -1. */
static long felt(void)
{
    char sql[160];

    snprintf(sql, sizeof(sql),
             "select count(*) from " ECHO_SCHEMA
             ".log where abs(extract(epoch from wall_at - at)) > %d",
             LEAST_S / 2);
    return scene_number(sql);
}

bool clock_step_begin(struct scene *sc, char what[WHAT])
{
    int by_s = LEAST_S + dice_below(&sc->dice, MORE_S);
    bool ahead = dice_below(&sc->dice, 2);
    int64_t end = now_us() + LIMIT_S * SECOND_US;
    long before = felt();

    if (before < 0)
        return false;
    set((ahead ? by_s : -by_s) * SECOND_US);
    await_held(sc, ahead);
    while (!failed() && felt() <= before) {
        if (now_us() > end)
            fail("nobody wrote while the clock was off by %d s", by_s);
        pause_ms(20);
    }
    snprintf(what, WHAT, "%d s %s", by_s, ahead ? "ahead" : "back");
    return true;
}

/* Nothing fell due by it. */
void clock_step_end(struct scene *sc)
{
    int64_t end = now_us() + LIMIT_S * SECOND_US;
    int64_t early_us;

    while ((early_us = annex_early_us()) < 0 && !failed() && now_us() < end)
        pause_ms(20);
    if (early_us)
        fail("a reminder ran %lld us before it was due, the clock being off by %lld s",
             (long long)early_us, (long long)(*step_us / SECOND_US));
    set(0);
    await_held(sc, false);
}
