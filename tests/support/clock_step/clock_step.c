/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock_step - preloaded into a process: its wall clock is off by the microseconds in the file that
 * HP_TEST_CLOCK_STEP names, from the instant that they are written there; its monotonic clock goes
 * HP_TEST_CLOCK_SLOW times as slow, from the start
 *
 * The file holds one int64 and is shared by all processes that have it, as a machine's clock is.
 * Time since boot is as it is. To a process with a slow clock whatever it does is done in no time:
 * how a machine's speed is taken out of a test.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const int64_t *step_us;     /* NULL: nothing is off */
static int64_t slow = 1, begun_ns; /* the monotonic clock at the start */

static int64_t ns_of(const struct timespec *ts)
{
    return (int64_t)ts->tv_sec * 1000000000 + ts->tv_nsec;
}

static __attribute__((constructor)) void begin(void)
{
    const char *path = getenv("HP_TEST_CLOCK_STEP");
    const char *times = getenv("HP_TEST_CLOCK_SLOW");
    struct timespec now;
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *at = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*step_us), PROT_READ, MAP_SHARED, fd, 0);

    if (at != MAP_FAILED)
        step_us = at;
    if (fd >= 0)
        close(fd);
    if (times && syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now) == 0 &&
        strtoll(times, NULL, 10) > 1) {
        begun_ns = ns_of(&now);
        slow = strtoll(times, NULL, 10);
    }
}

/* By the system call: the function of the same name may belong to a sanitizer that is not ready. */
int clock_gettime(clockid_t id, struct timespec *ts)
{
    long r = syscall(SYS_clock_gettime, id, ts);

    if (r == 0 && step_us && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) {
        int64_t us = __atomic_load_n(step_us, __ATOMIC_RELAXED) + ts->tv_nsec / 1000;
        int64_t seconds = us / 1000000 - (us % 1000000 < 0);

        ts->tv_sec += seconds;
        ts->tv_nsec = (us - seconds * 1000000) * 1000 + ts->tv_nsec % 1000;
    }
    if (r == 0 && slow > 1 && (id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_COARSE)) {
        int64_t ns = begun_ns + (ns_of(ts) - begun_ns) / slow;

        ts->tv_sec = ns / 1000000000;
        ts->tv_nsec = ns % 1000000000;
    }
    return (int)r;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
    struct timespec ts;

    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &ts) != 0)
        return -1;
    tv->tv_sec = ts.tv_sec;
    tv->tv_usec = ts.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *ret)
{
    struct timespec ts = {0};

    (void)clock_gettime(CLOCK_REALTIME, &ts);
    if (ret)
        *ret = ts.tv_sec;
    return ts.tv_sec;
}
