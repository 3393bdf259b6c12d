/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client - one caller: draws commands, sends each until it is answered, holds every answer against
 * what it knows must come, now and then sends an old one again, and now and then gives one up after
 * a moment without knowing what became of it
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/defs.h"
#include "fault.h"

enum { TRY_MS = 4000 };

void client_init(struct client *c, int index, bool http)
{
    struct bus_conf conf = {.dir = run.stack->bus_dir,
                            .peers = (char *)"",
                            .listen = (char *)"",
                            .curve_secret = (char *)"",
                            .curve_allow = (char *)"",
                            .curve_servers = (char *)""};

    memset(c, 0, sizeof(*c));
    c->index = index;
    c->http = http;
    c->dice.state = run.seed * 1000003 + (uint64_t)index;
    snprintf(c->account, sizeof(c->account), "fault-client-%d", index);
    snprintf(c->manager, sizeof(c->manager), "SAMPLE-M-%04d", index);
    for (int i = 0; i < N_ENTERPRISES; i++) {
        snprintf(c->enterprises[i], sizeof(c->enterprises[i]), "91310105%09d?",
                 index * 100 + i + 1);
        c->enterprises[i][17] = uscc_check_char(c->enterprises[i]);
    }
    for (int i = 0; i < N_SITES; i++) {
        snprintf(c->sites[i], sizeof(c->sites[i]), "%s-%04d", SUBDISTRICT, index * 10 + i + 1);
        snprintf(c->projects[i], sizeof(c->projects[i]), "%.14s-P1", c->sites[i]);
        c->live[i] = -1;
    }
    CHECK(bus_link_new(&conf, &c->link, NULL) == 0);
}

void client_release(struct client *c)
{
    wire_http_close(c);
    bus_link_free(c->link);
    for (size_t i = 0; i < c->n_commands; i++) {
        free((void *)c->commands[i].payload.data);
        free((void *)c->commands[i].reply.data);
        free((void *)c->commands[i].subject);
    }
    free(c->commands);
    free(c->deductions);
    free(c->applications);
    free(c->things);
}

static struct bytes keep(const void *data, size_t size)
{
    uint8_t *copy = malloc(size + 1);

    CHECK(copy);
    memcpy(copy, data, size);
    return (struct bytes){copy, size};
}

/* The command of @p, with its id, as the next of @c's list. */
static struct command *make(struct client *c, struct arena *a, const struct plan *p)
{
    size_t size = protobuf_c_message_get_packed_size(p->message);
    uint8_t *data = arena_alloc(a, size + 1);
    struct command *cmd;

    protobuf_c_message_pack(p->message, data);
    c->commands = grow(c->commands, c->n_commands, sizeof(*cmd));
    cmd = &c->commands[c->n_commands++];
    *cmd = (struct command){.service = p->service,
                            .type = p->type,
                            .district = p->district,
                            .event = p->event,
                            .speaks_for = p->speaks_for ? p->speaks_for : c->enterprises[0],
                            .payload = keep(data, size)};
    uuid_new(&cmd->id);
    uuid_format(&cmd->id, cmd->key);
    if (c->http)
        wire_http_id(c, a, p->message, p->type, cmd);
    uuid_format(&cmd->id, cmd->id_text);
    return cmd;
}

static void send_once(struct client *c, struct arena *a, const struct command *cmd, int64_t ms,
                      struct answer *ret_answer)
{
    *ret_answer = (struct answer){.kind = ANSWER_NONE};
    if (c->http)
        wire_http_send(c, a, cmd, ms, ret_answer);
    else
        wire_bus_send(c, a, cmd, ms, ret_answer);
}

/* With the same id until it is answered. */
static bool send_surely(struct client *c, struct arena *a, const struct command *cmd,
                        struct answer *ret_answer)
{
    int64_t end = now_us() + ANSWER_LIMIT_S * SECOND_US;

    for (int tries = 0; !failed(); tries++) {
        if (tries)
            atomic_fetch_add(&run.n_repeats, 1);
        send_once(c, a, cmd, TRY_MS, ret_answer);
        if (ret_answer->kind == ANSWER_GIVEN)
            return true;
        if (ret_answer->kind == ANSWER_BROKEN)
            atomic_fetch_add(&run.n_broken, 1);
        if (now_us() > end) {
            fail("client %d: %s %s was not answered within %d s (%s)", c->index, cmd->type,
                 cmd->id_text, ANSWER_LIMIT_S,
                 ret_answer->kind == ANSWER_BROKEN ? "broken" : "silence");
            return false;
        }
    }
    return false;
}

static void compare(const struct client *c, const struct command *cmd, const struct plan *p)
{
    const char *was = cmd->outcome == OUTCOME_DONE ? "done" : cmd->code;

    if (strcmp(was, p->refusal ? p->refusal : "done") != 0)
        fail("client %d: %s %s was answered '%s', where '%s' was due", c->index, cmd->type,
             cmd->id_text, was, p->refusal ? p->refusal : "done");
}

void client_do(struct client *c, struct arena *a, const struct plan *p)
{
    struct command *cmd = make(c, a, p);
    struct answer answer;

    if (!send_surely(c, a, cmd, &answer))
        return;
    cmd->outcome = answer.outcome;
    memcpy(cmd->code, answer.code, sizeof(cmd->code));
    cmd->reply = keep(answer.reply.data, answer.reply.size);
    compare(c, cmd, p);
    if (cmd->outcome == OUTCOME_DONE && p->done)
        p->done(c, cmd, p);
}

/* An old one again: the same reply, and (seen at the end) nothing else. */
static void replay(struct client *c, struct arena *a)
{
    const struct command *cmd = &c->commands[dice_below(&c->dice, (int)c->n_commands)];
    struct answer answer;

    if (cmd->outcome == OUTCOME_UNKNOWN || !send_surely(c, a, cmd, &answer))
        return;
    atomic_fetch_add(&run.n_replays, 1);
    if (answer.outcome != cmd->outcome || strcmp(answer.code, cmd->code) != 0 ||
        answer.reply.size != cmd->reply.size ||
        memcmp(answer.reply.data, cmd->reply.data, cmd->reply.size) != 0)
        fail("client %d: %s %s sent again was answered otherwise: '%s', before '%s'", c->index,
             cmd->type, cmd->id_text, answer.code, cmd->code);
}

void client_abandon(struct client *c, struct arena *a, const struct plan *p, int64_t ms,
                    struct answer *ret_answer)
{
    struct command *cmd = make(c, a, p);

    cmd->abandoned = true;
    cmd->subject = strdup(p->text);
    send_once(c, a, cmd, ms, ret_answer);
    if (ret_answer->kind != ANSWER_GIVEN)
        return;
    cmd->outcome = ret_answer->outcome;
    cmd->reply = keep(ret_answer->reply.data, ret_answer->reply.size);
    compare(c, cmd, p);
}

static void abandon(struct client *c, struct arena *a)
{
    struct plan p = {.district = DISTRICT};
    struct answer answer;

    plan_one_off(c, a, &p);
    client_abandon(c, a, &p, 1 + dice_below(&c->dice, 40), &answer);
}

void *client_run(void *client)
{
    struct client *c = client;
    struct arena *a = arena_new();

    while (!atomic_load(&run.stop)) {
        int drawn = dice_below(&c->dice, 100);
        struct plan p;

        arena_reset(a);
        if (drawn < 6) {
            replay(c, a);
        } else if (drawn < 9) {
            abandon(c, a);
        } else {
            mix_draw(c, a, &p);
            client_do(c, a, &p);
        }
    }
    arena_free(a);
    return NULL;
}
