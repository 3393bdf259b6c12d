/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client with a loop of its own, which runs while somebody asks.
 */
#include "common/bus/client.h"

#include "common/base/clock.h"
#include "common/bus/bus.h"
#include "common/base/banned.h"

struct bus_link {
    uv_loop_t loop;
    struct bus_client *client;
};

struct asked {
    struct arena *a;
    Hp__Reply *reply;
    bool done;
};

static void on_closed(void *arg)
{
    (void)arg;
}

int bus_link_new(const struct bus_conf *conf, struct bus_link **ret_l, struct errtext *e)
{
    struct bus_link *l = calloc(1, sizeof(*l));
    int r;

    if (!l)
        return err_raise(-ENOMEM);
    r = uv_loop_init(&l->loop);
    if (r) {
        errtext_set(e, "no event loop: %s", uv_strerror(r));
        free(l);
        return err_raise(r);
    }
    r = bus_client_new(&l->loop, conf, &l->client, e);
    if (r) {
        CHECK(uv_loop_close(&l->loop) == 0);
        free(l);
        return err_pass(r);
    }
    bus_client_quiet(l->client);
    *ret_l = l;
    return 0;
}

void bus_link_free(struct bus_link *l)
{
    if (!l)
        return;
    bus_client_close(l->client, on_closed, NULL);
    uv_run(&l->loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&l->loop) == 0);
    free(l);
}

static void on_answer(const struct bus_answer *answer, void *arg)
{
    struct asked *asked = arg;

    asked->done = true;
    if (answer->reply) {
        struct bytes packed = bus_pack(answer->arena, &answer->reply->base);

        asked->reply = hp__reply__unpack(arena_pb(asked->a), packed.size, packed.data);
    }
}

static int ask(struct bus_link *l, struct arena *a, const char *service, const char *endpoint,
               const Hp__Envelope *env, Hp__Reply **ret_reply)
{
    struct asked asked = {.a = a};
    int r;

    uv_run(&l->loop, UV_RUN_NOWAIT); /* what happened to our connections since the last question */
    r = endpoint ? bus_call_at(l->client, service, endpoint, env, on_answer, &asked)
                 : bus_call(l->client, service, env, on_answer, &asked);
    if (r)
        return err_fold(r);
    while (!asked.done)
        uv_run(&l->loop, UV_RUN_ONCE);
    if (!asked.reply)
        return BUS_E_TIMEOUT;
    *ret_reply = asked.reply;
    return 0;
}

int bus_ask(struct bus_link *l, struct arena *a, const char *service, const Hp__Envelope *env,
            Hp__Reply **ret_reply)
{
    return ask(l, a, service, NULL, env, ret_reply);
}

int bus_ask_at(struct bus_link *l, struct arena *a, const char *service, const char *endpoint,
               const Hp__Envelope *env, Hp__Reply **ret_reply)
{
    return ask(l, a, service, endpoint, env, ret_reply);
}

const char *bus_link_error(const struct bus_link *l, const char *service)
{
    return bus_client_error(l->client, service);
}
