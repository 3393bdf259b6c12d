/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "common/metrics/metrics.h"

static struct str out;

static const char *exposition(void)
{
    out = STR_INIT;
    metrics_print(&out);
    return out.text;
}

/* A whole line, from its beginning to its end. */
static bool has_line(const char *line)
{
    CLEANUP(str_release) struct str want = STR_INIT, all = STR_INIT;

    str_printf(&want, "\n%s\n", line);
    str_printf(&all, "\n%s", exposition());
    str_release(&out);
    return strstr(all.text, want.text) != NULL;
}

Test(metrics, an_unlabelled_family_is_there_from_the_start)
{
    metric_register(METRIC_COUNTER, "hp_a_total", NULL, "Things\nwith a \\ in them.");
    cr_assert(has_line("# HELP hp_a_total Things\\nwith a \\\\ in them."));
    cr_assert(has_line("# TYPE hp_a_total counter"));
    cr_assert(has_line("hp_a_total 0"));
}

Test(metrics, counters_add_and_gauges_go_both_ways)
{
    struct metric *c = metric_register(METRIC_COUNTER, "hp_c_total", "kind", "c");
    struct metric *g = metric_register(METRIC_GAUGE, "hp_g", NULL, "g");

    metric_add(c, "one", 2);
    metric_add(c, "two", 3);
    metric_add(c, "one", 1);
    metric_set(g, NULL, 10);
    metric_add(g, NULL, -12);
    cr_assert(has_line("hp_c_total{kind=\"one\"} 3"));
    cr_assert(has_line("hp_c_total{kind=\"two\"} 3"));
    cr_assert(has_line("hp_g -2"));
    cr_assert(has_line("# TYPE hp_g gauge"));
}

Test(metrics, a_second_registration_is_the_first)
{
    struct metric *a = metric_register(METRIC_GAUGE, "hp_same", NULL, "x");

    cr_assert_eq(metric_register(METRIC_GAUGE, "hp_same", NULL, "x"), a);
}

Test(metrics, label_values_are_escaped)
{
    metric_add(metric_register(METRIC_COUNTER, "hp_e_total", "l", "e"), "a\"b\\c\nd", 1);
    cr_assert(has_line("hp_e_total{l=\"a\\\"b\\\\c\\nd\"} 1"));
}

Test(metrics, histograms_sum_up_in_seconds)
{
    struct metric *h = metric_register(METRIC_HISTOGRAM, "hp_h_seconds", "op", "h");

    metric_observe_us(h, "x", 100);
    metric_observe_us(h, "x", 101);
    metric_observe_us(h, "x", 1500000);
    metric_observe_us(h, "x", 20000000);
    cr_assert(has_line("# TYPE hp_h_seconds histogram"));
    cr_assert(has_line("hp_h_seconds_bucket{op=\"x\",le=\"0.0001\"} 1"));
    cr_assert(has_line("hp_h_seconds_bucket{op=\"x\",le=\"0.0002\"} 2"));
    cr_assert(has_line("hp_h_seconds_bucket{op=\"x\",le=\"1\"} 2"));
    cr_assert(has_line("hp_h_seconds_bucket{op=\"x\",le=\"2\"} 3"));
    cr_assert(has_line("hp_h_seconds_bucket{op=\"x\",le=\"10\"} 3"));
    cr_assert(has_line("hp_h_seconds_bucket{op=\"x\",le=\"+Inf\"} 4"));
    cr_assert(has_line("hp_h_seconds_sum{op=\"x\"} 21.500201"));
    cr_assert(has_line("hp_h_seconds_count{op=\"x\"} 4"));
}

static double sample(const char *name)
{
    const char *at;
    double value;

    exposition();
    at = strstr(out.text, name);
    while (at && (at == out.text || at[-1] != '\n' || at[strlen(name)] != ' '))
        at = strstr(at + 1, name);
    cr_assert_not_null(at);
    value = strtod(at + strlen(name), NULL);
    str_release(&out);
    return value;
}

Test(metrics, the_process_is_measured)
{
    cr_assert_gt(sample("process_resident_memory_bytes"), 1e6);
    cr_assert_geq(sample("process_cpu_seconds_total"), 0);
    cr_assert_lt(sample("process_cpu_seconds_total"), 100);
}

static struct metric *shared;

static void *add_many(void *arg)
{
    static const char *const values[] = {"a", "b", "c", "d"};

    (void)arg;
    for (int i = 0; i < 10000; i++)
        metric_add(shared, values[i % 4], 1);
    return NULL;
}

Test(metrics, threads_lose_nothing)
{
    pthread_t threads[4];

    shared = metric_register(METRIC_COUNTER, "hp_t_total", "v", "t");
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, add_many, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    cr_assert(has_line("hp_t_total{v=\"a\"} 10000"));
    cr_assert(has_line("hp_t_total{v=\"d\"} 10000"));
}

/* Every district of a big city with every source: each is its own, and none is slow to find. */
Test(metrics, thousands_of_label_values_are_kept_apart)
{
    enum { N = 5000 };
    struct metric *m = metric_register(METRIC_GAUGE, "hp_many", "district", "many");
    char value[16], line[64];

    for (int round = 0; round < 2; round++)
        for (int i = 0; i < N; i++) {
            snprintf(value, sizeof(value), "%06d", i);
            metric_add(m, value, i);
        }
    exposition();
    for (int i = 0; i < N; i += 499) {
        snprintf(line, sizeof(line), "\nhp_many{district=\"%06d\"} %d\n", i, 2 * i);
        cr_assert_not_null(strstr(out.text, line), "%s", line);
    }
    str_release(&out);
}
