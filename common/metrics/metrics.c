/* SPDX-License-Identifier: Apache-2.0 */
#include "common/metrics/metrics.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/banned.h"

enum { MAX_FAMILIES = 256, N_CHAINS = 1024 };

static const struct {
    int64_t us;
    const char *seconds;
} bounds[] = {
    {100, "0.0001"}, {200, "0.0002"}, {500, "0.0005"}, {1000, "0.001"},
    {2000, "0.002"}, {5000, "0.005"}, {10000, "0.01"}, {20000, "0.02"},
    {50000, "0.05"}, {100000, "0.1"}, {200000, "0.2"}, {500000, "0.5"},
    {1000000, "1"},  {2000000, "2"},  {5000000, "5"},  {10000000, "10"},
};
enum { N_BUCKETS = ARRAY_LEN(bounds) + 1 };

/* One label value of a family; never freed, so readers need no lock. */
struct series {
    struct series *_Atomic next;    /* in the order they appeared */
    struct series *_Atomic chained; /* in its bucket */
    char *value;
    _Atomic int64_t n; /* of a histogram: the sum of its values */
    _Atomic int64_t buckets[];
};

struct metric {
    enum metric_kind kind;
    const char *name, *label, *help;
    struct series *_Atomic series; /* in the order they appeared */
    struct series *_Atomic *last;  /* where the next one goes; under the lock */
    struct series *_Atomic *table; /* N_CHAINS: a thousand districts are found as quickly as one */
};

static struct metric families[MAX_FAMILIES];
static int n_families;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* FNV-1a. */
static size_t chain_of(const char *value)
{
    uint64_t hash = 0xcbf29ce484222325U;

    for (; *value; value++)
        hash = (hash ^ (uint8_t)*value) * 0x100000001b3U;
    return (hash ^ hash >> 32) % N_CHAINS;
}

static struct series *find(struct metric *m, const char *value)
{
    struct series *s = atomic_load_explicit(&m->table[chain_of(value)], memory_order_acquire);

    while (s && strcmp(s->value, value) != 0)
        s = atomic_load_explicit(&s->chained, memory_order_acquire);
    return s;
}

static struct series *series_new(const struct metric *m, const char *value)
{
    size_t buckets = m->kind == METRIC_HISTOGRAM ? N_BUCKETS : 0;
    struct series *s = calloc(1, sizeof(*s) + buckets * sizeof(s->buckets[0]));

    if (!s || !(s->value = strdup(value)))
        abort();
    return s;
}

static struct series *series_of(struct metric *m, const char *value)
{
    struct series *_Atomic *first;
    struct series *s;

    if (!value)
        value = "";
    s = find(m, value);
    if (s)
        return s;
    pthread_mutex_lock(&lock);
    s = find(m, value);
    if (!s) {
        s = series_new(m, value);
        first = &m->table[chain_of(value)];
        atomic_store(&s->chained, atomic_load(first));
        atomic_store_explicit(m->last, s, memory_order_release);
        m->last = &s->next;
        atomic_store_explicit(first, s, memory_order_release);
    }
    pthread_mutex_unlock(&lock);
    return s;
}

struct metric *metric_register(enum metric_kind kind, const char *name, const char *label,
                               const char *help)
{
    struct metric *m;

    for (int i = 0; i < n_families; i++)
        if (strcmp(families[i].name, name) == 0)
            return &families[i];
    CHECK(n_families < MAX_FAMILIES);
    m = &families[n_families++];
    m->kind = kind;
    m->name = name;
    m->label = label;
    m->help = help;
    m->last = &m->series;
    m->table = calloc(N_CHAINS, sizeof(*m->table));
    CHECK(m->table);
    if (!label)
        series_of(m, NULL); /* so that it is exposed as 0 before anything happens */
    return m;
}

void metric_add(struct metric *m, const char *label_value, int64_t n)
{
    CHECK(m->kind == METRIC_GAUGE || (m->kind == METRIC_COUNTER && n >= 0));
    atomic_fetch_add_explicit(&series_of(m, label_value)->n, n, memory_order_relaxed);
}

void metric_set(struct metric *m, const char *label_value, int64_t n)
{
    CHECK(m->kind == METRIC_GAUGE);
    atomic_store_explicit(&series_of(m, label_value)->n, n, memory_order_relaxed);
}

void metric_observe_us(struct metric *m, const char *label_value, int64_t us)
{
    struct series *s = series_of(m, label_value);
    size_t i = 0;

    CHECK(m->kind == METRIC_HISTOGRAM);
    while (i < ARRAY_LEN(bounds) && us > bounds[i].us)
        i++;
    atomic_fetch_add_explicit(&s->buckets[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&s->n, us, memory_order_relaxed);
}

/* --- printing --- */

static void add_escaped(struct str *out, const char *text, bool quotes)
{
    for (; *text; text++) {
        if (*text == '\n')
            str_add(out, "\\n");
        else if (*text == '\\' || (quotes && *text == '"'))
            str_printf(out, "\\%c", *text);
        else
            str_add_char(out, *text);
    }
}

/* {label="value",le="0.1"}, or nothing where there is neither. */
static void add_labels(struct str *out, const struct metric *m, const struct series *s,
                       const char *le)
{
    if (!m->label && !le)
        return;
    str_add_char(out, '{');
    if (m->label) {
        str_printf(out, "%s=\"", m->label);
        add_escaped(out, s->value, true);
        str_add(out, le ? "\"," : "\"");
    }
    if (le)
        str_printf(out, "le=\"%s\"", le);
    str_add_char(out, '}');
}

static void add_sample(struct str *out, const struct metric *m, const struct series *s,
                       const char *suffix, const char *le, int64_t n)
{
    str_add(out, m->name);
    str_add(out, suffix);
    add_labels(out, m, s, le);
    str_printf(out, " %" PRId64 "\n", n);
}

static void add_seconds(struct str *out, int64_t us)
{
    str_printf(out, " %s%" PRId64 ".%06" PRId64 "\n", us < 0 ? "-" : "",
               us / 1000000 * (us < 0 ? -1 : 1), us % 1000000 * (us < 0 ? -1 : 1));
}

static void add_histogram(struct str *out, const struct metric *m, struct series *s)
{
    int64_t n = 0;

    for (size_t i = 0; i < N_BUCKETS; i++) {
        n += atomic_load_explicit(&s->buckets[i], memory_order_relaxed);
        add_sample(out, m, s, "_bucket", i < ARRAY_LEN(bounds) ? bounds[i].seconds : "+Inf", n);
    }
    str_add(out, m->name);
    str_add(out, "_sum");
    add_labels(out, m, s, NULL);
    add_seconds(out, atomic_load_explicit(&s->n, memory_order_relaxed));
    add_sample(out, m, s, "_count", NULL, n);
}

static void add_family(struct str *out, struct metric *m)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};

    str_printf(out, "# HELP %s ", m->name);
    add_escaped(out, m->help, false);
    str_printf(out, "\n# TYPE %s %s\n", m->name, kinds[m->kind]);
    for (struct series *s = atomic_load(&m->series); s; s = atomic_load(&s->next)) {
        if (m->kind == METRIC_HISTOGRAM)
            add_histogram(out, m, s);
        else
            add_sample(out, m, s, "", NULL, atomic_load_explicit(&s->n, memory_order_relaxed));
    }
}

static int64_t resident_bytes(void)
{
    long long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");

    if (!f)
        return 0;
    if (fscanf(f, "%*d %lld", &pages) != 1)
        pages = 0;
    fclose(f);
    return pages * sysconf(_SC_PAGESIZE);
}

static void add_process(struct str *out)
{
    struct rusage used;

    str_printf(out,
               "# HELP process_resident_memory_bytes Resident memory size in bytes.\n"
               "# TYPE process_resident_memory_bytes gauge\n"
               "process_resident_memory_bytes %" PRId64 "\n",
               resident_bytes());
    getrusage(RUSAGE_SELF, &used);
    str_add(out, "# HELP process_cpu_seconds_total User and system CPU time spent in seconds.\n"
                 "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total");
    add_seconds(out, ((int64_t)used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
                         used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

void metrics_print(struct str *out)
{
    for (int i = 0; i < n_families; i++)
        add_family(out, &families[i]);
    add_process(out);
}
