/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_load - keep-alive connections that each send a command, wait for its answer, and send the
 * next
 *
 * Usage: http_load PORT CONNECTIONS SECONDS TOKEN METHOD PATH BODY DISTRICT[,DISTRICT...] [RATE]
 * In PATH and BODY every '#' becomes a number that rises with each request, every '%' its last four digits,
 * every '@' the next of the districts. RATE: so many requests a second at most, each connection its part, instead of as many
 * as are answered. Prints one JSON object: requests, failed (not 2xx), seconds, rate, p50_us, p99_us.
 * The first second is not counted. Exits 1 when a request failed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/str.h"

#include "common/base/banned.h"

enum { MOST_CONNECTIONS = 512, ANSWER = 64 * 1024, MOST_SAMPLES = 20000000 };

struct load {
    int port, n;
    int64_t until_us, count_from_us;
    const char *token, *method, *path, *body;
    const char *districts[64];
    int n_districts;
    int64_t pause_us; /* of a connection, from one request to the next; 0: none */
    uint64_t number;
    int64_t *samples;
    size_t n_samples, failed;
};

struct connection {
    struct load *load;
    int fd;
    struct str request;
    char answer[ANSWER];
    size_t size;
    int64_t sent_us;
    int64_t next_us; /* with a rate: when the next request is due; 0: one is under way */
};

static void fill(const struct load *l, struct str *out, const char *pattern)
{
    for (; *pattern; pattern++)
        if (*pattern == '#')
            str_printf(out, "%08llu", (unsigned long long)l->number);
        else if (*pattern == '%')
            str_printf(out, "%04llu", (unsigned long long)l->number % 10000);
        else if (*pattern == '@')
            str_add(out, l->districts[l->number % (uint64_t)l->n_districts]);
        else
            str_add_char(out, *pattern);
}

static void send_next(struct connection *c)
{
    struct str __attribute__((cleanup(str_releasep))) body = STR_INIT;
    struct load *l = c->load;

    l->number++;
    fill(l, &body, l->body);
    str_clear(&c->request);
    str_printf(&c->request, "%s ", l->method);
    fill(l, &c->request, l->path);
    str_printf(&c->request,
               " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
               "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
               l->token, body.size, body.text);
    c->size = 0;
    c->sent_us = monotonic_now_us();
    if (write(c->fd, c->request.text, c->request.size) != (ssize_t)c->request.size) {
        perror("http_load: write");
        exit(1);
    }
}

/* Whether the whole answer is there: header, then as many bytes as it announces. */
static bool whole(struct connection *c)
{
    char *end, *length;

    c->answer[c->size] = 0;
    end = strstr(c->answer, "\r\n\r\n");
    if (!end)
        return false;
    length = strcasestr(c->answer, "content-length:");
    return length && c->size >= (size_t)(end + 4 - c->answer) + strtoull(length + 15, NULL, 10);
}

static void take(struct connection *c)
{
    struct load *l = c->load;
    int64_t now = monotonic_now_us();

    if (strncmp(c->answer, "HTTP/1.1 2", 10) != 0) {
        if (l->failed++ == 0)
            fprintf(stderr, "http_load: %s\n", c->answer);
    }
    if (now >= l->count_from_us && l->n_samples < MOST_SAMPLES)
        l->samples[l->n_samples++] = now - c->sent_us;
}

static void on_readable(struct connection *c)
{
    ssize_t n = read(c->fd, c->answer + c->size, ANSWER - 1 - c->size);

    if (n <= 0) {
        fprintf(stderr, "http_load: connection closed\n");
        exit(1);
    }
    c->size += (size_t)n;
    if (!whole(c))
        return;
    take(c);
    if (monotonic_now_us() >= c->load->until_us)
        c->sent_us = 0;
    else if (c->load->pause_us)
        c->next_us = c->sent_us + c->load->pause_us;
    else
        send_next(c);
}

/* Those whose time has come. */
static void send_due(struct load *l, struct connection *list)
{
    int64_t now = monotonic_now_us();

    for (int i = 0; i < l->n; i++)
        if (list[i].next_us && list[i].next_us <= now) {
            list[i].next_us = 0;
            send_next(&list[i]);
        }
}

static int open_connection(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
        perror("http_load: connect");
        exit(1);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd;
}

static void drive(struct load *l)
{
    struct connection *list = calloc((size_t)l->n, sizeof(*list));
    struct epoll_event events[64];
    int epoll = epoll_create1(EPOLL_CLOEXEC), open = l->n;

    CHECK(list);
    for (int i = 0; i < l->n; i++) {
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = &list[i]};

        list[i] = (struct connection){.load = l, .request = STR_INIT};
        list[i].fd = open_connection(l->port);
        epoll_ctl(epoll, EPOLL_CTL_ADD, list[i].fd, &e);
        send_next(&list[i]);
    }
    while (open > 0) {
        int n = epoll_wait(epoll, events, 64, l->pause_us ? 1 : -1);

        for (int i = 0; i < n; i++) {
            struct connection *c = events[i].data.ptr;

            on_readable(c);
            open -= c->sent_us == 0;
        }
        if (l->pause_us)
            send_due(l, list);
    }
    for (int i = 0; i < l->n; i++) {
        close(list[i].fd);
        str_release(&list[i].request);
    }
    close(epoll);
    free(list);
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static void read_districts(struct load *l, char *list)
{
    char *at = list;

    for (char *one; (one = strsep(&at, ",")) && l->n_districts < (int)ARRAY_LEN(l->districts);)
        l->districts[l->n_districts++] = one;
}

static int64_t quantile(const struct load *l, double q)
{
    return l->n_samples ? l->samples[(size_t)(q * (double)(l->n_samples - 1))] : 0;
}

int main(int argc, char **argv)
{
    struct load l = {0};
    int64_t seconds;
    long rate = argc == 10 ? strtol(argv[9], NULL, 10) : 0;

    if (argc < 9 || argc > 10) {
        fprintf(
            stderr,
            "usage: http_load PORT CONNECTIONS SECONDS TOKEN METHOD PATH BODY DISTRICTS [RATE]\n");
        return 2;
    }
    read_districts(&l, argv[8]);
    l.port = (int)strtol(argv[1], NULL, 10);
    l.n = (int)strtol(argv[2], NULL, 10);
    seconds = strtol(argv[3], NULL, 10);
    if (l.n < 1 || l.n > MOST_CONNECTIONS || seconds < 1)
        return 2;
    l.token = argv[4];
    l.method = argv[5];
    if (rate > 0)
        l.pause_us = l.n * SECOND_US / rate;
    l.path = argv[6];
    l.body = argv[7];
    l.number =
        (uint64_t)(wall_now_us() / SECOND_US % 100000) * 1000; /* other numbers in each run */
    l.samples = malloc(MOST_SAMPLES * sizeof(*l.samples));
    l.count_from_us = monotonic_now_us() + SECOND_US;
    l.until_us = l.count_from_us + seconds * SECOND_US;
    drive(&l);
    qsort(l.samples, l.n_samples, sizeof(*l.samples), by_size);
    printf("{\"requests\":%zu,\"failed\":%zu,\"seconds\":%lld,\"rate\":%.1f,\"p50_us\":%lld,\"p99_"
           "us\":%lld}\n",
           l.n_samples, l.failed, (long long)seconds, (double)l.n_samples / (double)seconds,
           (long long)quantile(&l, 0.5), (long long)quantile(&l, 0.99));
    free(l.samples);
    return l.failed ? 1 : 0;
}
