/* SPDX-License-Identifier: Apache-2.0 */
#include "common/log/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/str.h"

#include "common/base/banned.h"

enum {
    LINE = 4096,
    TAIL = 24, /* kept free for what closes a line that was cut */
    PER_SECOND = 50,
    N_REPEATS = 128
};

static const char *const level_names[] = {"debug", "info", "warn", "error"};
static enum log_level least = LOG_INFO;
static char service_name[32];
static _Thread_local char trace[64];

/* --- a line --- */

struct line {
    char text[LINE];
    size_t size;
    bool cut;
};

static void put(struct line *l, const char *text, size_t size)
{
    if (l->cut || l->size + size > LINE - TAIL) {
        l->cut = true;
        return;
    }
    memcpy(l->text + l->size, text, size);
    l->size += size;
}

/* One character of a JSON string; the bytes taken. What is not UTF-8 is shown as U+FFFD. */
static size_t put_character(struct line *l, const char *p, size_t left)
{
    unsigned char c = (unsigned char)*p;
    char escape[8];
    size_t n;

    if (c == '"' || c == '\\') {
        put(l, (char[]){'\\', *p}, 2);
        return 1;
    }
    if (c < 0x20 || c == 0x7F) {
        put(l, escape, (size_t)snprintf(escape, sizeof(escape), "\\u%04x", c));
        return 1;
    }
    n = utf8_step(p, left);
    if (!n) {
        put(l, "\\ufffd", 6);
        return 1;
    }
    put(l, p, n);
    return n;
}

static void put_text(struct line *l, const char *text)
{
    size_t left = strlen(text);

    while (left && !l->cut) {
        size_t n = put_character(l, text, left);

        text += n;
        left -= n;
    }
}

static void put_pair(struct line *l, const char *key, const char *value)
{
    size_t before = l->size;

    put(l, l->size > 1 ? ",\"" : "\"", l->size > 1 ? 2 : 1);
    put_text(l, key);
    put(l, "\":\"", 3);
    if (l->cut) {
        l->size = before; /* not even the key fits */
        return;
    }
    put_text(l, value);
    put(l, "\"", 1);
}

static void begin(struct line *l, enum log_level level, const char *what)
{
    char time[INSTANT_TEXT];

    *l = (struct line){.text = "{", .size = 1};
    put_pair(l, "time", instant_format_utc(wall_now_us(), time));
    put_pair(l, "level", level_names[level]);
    if (service_name[0])
        put_pair(l, "service", service_name);
    if (trace[0])
        put_pair(l, "trace", trace);
    put_pair(l, "what", what);
}

static bool in_string(const struct line *l)
{
    bool inside = false;

    for (size_t i = 0; i < l->size; i++) {
        if (l->text[i] == '\\' && inside)
            i++;
        else if (l->text[i] == '"')
            inside = !inside;
    }
    return inside;
}

static void finish(struct line *l)
{
    const char *end = "}\n";

    if (l->cut)
        end = in_string(l) ? "\",\"cut\":true}\n" : ",\"cut\":true}\n";
    memcpy(l->text + l->size, end, strlen(end));
    l->size += strlen(end);
    while (write(STDERR_FILENO, l->text, l->size) < 0 && errno == EINTR)
        ;
}

/* --- repeats --- */

struct repeat {
    const char *what;
    int64_t since; /* monotonic, when its second began */
    int n, left_out;
};

static struct repeat repeats[N_REPEATS];
static pthread_mutex_t repeats_lock = PTHREAD_MUTEX_INITIALIZER;

static void sum_up(const struct repeat *r)
{
    struct line l;
    char n[16];

    snprintf(n, sizeof(n), "%d", r->left_out);
    begin(&l, LOG_WARN, "repeats left out");
    put_pair(&l, "of", r->what);
    put_pair(&l, "n", n);
    finish(&l);
}

/* Says what was left out in seconds that are over (all: in any) and forgets it. */
static void sweep(int64_t now, bool all)
{
    for (size_t i = 0; i < N_REPEATS; i++) {
        struct repeat *r = &repeats[i];

        if (!r->what || (!all && now - r->since < SECOND_US))
            continue;
        if (r->left_out)
            sum_up(r);
        r->what = NULL;
    }
}

static struct repeat *repeat_of(const char *what, int64_t now)
{
    struct repeat *free_one = NULL;

    for (size_t i = 0; i < N_REPEATS; i++) {
        struct repeat *r = &repeats[i];

        if (r->what && strcmp(r->what, what) == 0)
            return r;
        if (!r->what && !free_one)
            free_one = r;
    }
    if (free_one)
        *free_one = (struct repeat){.what = what, .since = now};
    return free_one;
}

/* Whether this line is to be written. More kinds of line in a second than are counted are all
 * written. */
static bool admit(const char *what)
{
    int64_t now = monotonic_now_us();
    struct repeat *r;
    bool yes;

    pthread_mutex_lock(&repeats_lock);
    sweep(now, false);
    r = repeat_of(what, now);
    yes = !r || r->n < PER_SECOND;
    if (r && yes)
        r->n++;
    else if (r)
        r->left_out++;
    pthread_mutex_unlock(&repeats_lock);
    return yes;
}

/* --- the interface --- */

void log_flush(void)
{
    if (pthread_mutex_trylock(&repeats_lock))
        return; /* another thread counts: at exit the sum is not worth a hang */
    sweep(0, true);
    pthread_mutex_unlock(&repeats_lock);
}

void log_init(const char *service, const char *level)
{
    static bool once;

    snprintf(service_name, sizeof(service_name), "%s", service);
    least = LOG_INFO;
    for (size_t i = 0; i < ARRAY_LEN(level_names); i++)
        if (str_equal(level, level_names[i]))
            least = (enum log_level)i;
    if (!once)
        once = atexit(log_flush) == 0;
}

void log_trace(const char *trace_id)
{
    snprintf(trace, sizeof(trace), "%s", trace_id ? trace_id : "");
}

void log_line(enum log_level level, const char *what, ...)
{
    struct line l;
    const char *key;
    va_list ap;

    if (level < least || !admit(what))
        return;
    begin(&l, level, what);
    va_start(ap, what);
    while ((key = va_arg(ap, const char *))) {
        const char *value = va_arg(ap, const char *);

        if (value)
            put_pair(&l, key, value);
    }
    va_end(ap);
    finish(&l);
}
