/* SPDX-License-Identifier: Apache-2.0 */
/* hostile - peers that send what no client of ours would, to every service's socket */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <zmq.h>

#include "fault.h"

enum {
    HELD = 2000, /* connections kept open, all to one service: beyond the usual limit of files */
    FILES_USUAL = 1024,
    FILES_OURS = HELD + 1000,
    HUGE = 9 * 1024 * 1024,
};

/* A peer that breaks off in the middle of a message leaves its first part in libzmq, on our side.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libzmq";
}

static pthread_t threads[2];
static atomic_bool stop;
static struct hostile_sum sums[2];

static const char *any_service(struct dice *dice)
{
    return stack_services[dice_below(dice, STACK_N_SERVICES)];
}

static void fill(struct dice *dice, uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        data[i] = (uint8_t)dice_roll(dice);
}

/* ---- beneath ZeroMQ ---- */

static int connect_raw(const char *service)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    snprintf(to.sun_path, sizeof(to.sun_path), "%s/%s.sock", run.stack->bus_dir, service);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Noise, or the beginning of a greeting with noise behind it. */
static void speak_raw(struct dice *dice, int fd)
{
    uint8_t data[256];
    size_t size = (size_t)dice_below(dice, (int)sizeof(data));

    fill(dice, data, sizeof(data));
    if (dice_below(dice, 2)) {
        memcpy(data, "\xff\0\0\0\0\0\0\0\x01\x7f\x03\0NULL", 16);
        size = (size_t)(10 + dice_below(dice, (int)sizeof(data) - 10));
    }
    (void)!send(fd, data, size, MSG_NOSIGNAL);
}

/* Two of three speak and go; the third stays in the ring and says nothing, so that it is kept. */
static void *raw_many(void *arg)
{
    static int ring[HELD];
    struct hostile_sum *sum = arg;
    struct dice dice = {.state = run.seed + 77};
    size_t at = 0;

    memset(ring, -1, sizeof(ring));
    while (!atomic_load(&stop)) {
        bool stays = dice_below(&dice, 3) == 0;
        int fd = connect_raw(stays ? "intake" : any_service(&dice));

        if (fd < 0) {
            pause_ms(5); /* its backlog is full */
            continue;
        }
        sum->connections++;
        if (!stays) {
            speak_raw(&dice, fd);
            sum->garbage++;
        }
        if (stays && ring[at] >= 0)
            close(ring[at]);
        else
            sum->held += stays;
        if (stays)
            ring[at++ % HELD] = fd;
        else
            close(fd);
        at %= HELD;
    }
    for (size_t i = 0; i < HELD; i++)
        if (ring[i] >= 0)
            close(ring[i]);
    return NULL;
}

static void set_files(rlim_t n)
{
    struct rlimit limit;

    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = limit.rlim_max < n ? limit.rlim_max : n;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

void hostile_usual_files(void)
{
    set_files(FILES_USUAL);
}

/* ---- as a peer of ZeroMQ ---- */

static void speak(struct dice *dice, void *socket, struct hostile_sum *sum)
{
    static const int shapes[] = {0, 1, 2, 3, 3, 4, 4, 4};
    static uint8_t huge[HUGE];
    uint8_t data[2048];
    size_t size = (size_t)dice_below(dice, (int)sizeof(data));

    fill(dice, data, size);
    switch (shapes[dice_below(dice, ARRAY_LEN(shapes))]) {
    case 0: /* larger than is taken: cut off */
        sum->oversize += zmq_send(socket, huge, sizeof(huge), ZMQ_DONTWAIT) > 0;
        break;
    case 1: /* the rest never comes */
        sum->halves += zmq_send(socket, data, size, ZMQ_DONTWAIT | ZMQ_SNDMORE) >= 0;
        break;
    case 2:
        for (int i = 0; i < 50; i++)
            (void)!zmq_send(socket, data, size, ZMQ_DONTWAIT | (i < 49 ? ZMQ_SNDMORE : 0));
        sum->garbage++;
        break;
    case 3:
        (void)!zmq_send(socket, "", 0, ZMQ_DONTWAIT);
        sum->garbage++;
        break;
    default:
        sum->garbage += zmq_send(socket, data, size, ZMQ_DONTWAIT) >= 0;
    }
}

static void *peers_many(void *arg)
{
    static const int types[] = {ZMQ_DEALER, ZMQ_DEALER, ZMQ_DEALER, ZMQ_REQ, ZMQ_PUSH, ZMQ_PUB};
    struct hostile_sum *sum = arg;
    struct dice dice = {.state = run.seed + 78};
    void *context = zmq_ctx_new();

    while (!atomic_load(&stop)) {
        void *socket = zmq_socket(context, types[dice_below(&dice, ARRAY_LEN(types))]);
        char endpoint[160];

        snprintf(endpoint, sizeof(endpoint), "ipc://%s/%s.sock", run.stack->bus_dir,
                 any_service(&dice));
        zmq_setsockopt(socket, ZMQ_LINGER, &(int){dice_below(&dice, 20)}, sizeof(int));
        if (zmq_connect(socket, endpoint) == 0)
            sum->connections++;
        for (int i = dice_below(&dice, 20); i > 0; i--)
            speak(&dice, socket, sum);
        zmq_close(socket);
    }
    zmq_ctx_term(context);
    return NULL;
}

void hostile_start(void)
{
    set_files(FILES_OURS);
    CHECK(pthread_create(&threads[0], NULL, raw_many, &sums[0]) == 0);
    CHECK(pthread_create(&threads[1], NULL, peers_many, &sums[1]) == 0);
}

struct hostile_sum hostile_stop(void)
{
    atomic_store(&stop, true);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return (struct hostile_sum){.connections = sums[0].connections + sums[1].connections,
                                .held = sums[0].held,
                                .garbage = sums[0].garbage + sums[1].garbage,
                                .oversize = sums[1].oversize,
                                .halves = sums[1].halves};
}
