/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "envelope.pb-c.h"
#include "proto/api.h"
#include "services/reporting/views.h"

#include "common/base/banned.h"

enum { MAX_MESSAGES = 1024 };

char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    CHECK(text);
    if (size)
        memcpy(text, data, size);
    text[size] = 0;
    return text;
}

static const ProtobufCMessageDescriptor *messages[MAX_MESSAGES];
static size_t n_messages, n_requests; /* the requests stand first */

static void add(const ProtobufCMessageDescriptor *d)
{
    CHECK(n_messages < MAX_MESSAGES);
    if (d)
        messages[n_messages++] = d;
}

static void collect(void)
{
    static const ProtobufCMessageDescriptor *const frame[] = {
        &hp__fetch__descriptor,        &hp__fetch_reply__descriptor,
        &hp__get_state__descriptor,    &hp__state_reply__descriptor,
        &hp__set_clock__descriptor,    &hp__await_applied__descriptor,
        &hp__retry_parked__descriptor, &hp__skip_parked__descriptor,
        &hp__verify__descriptor,       &hp__verify_reply__descriptor,
        &hp__list_log__descriptor,     &hp__list_log_reply__descriptor,
        &hp__event__descriptor,        &hp__reply__descriptor,
    };

    for (const struct api_row *row = api_rows; row->service; row++)
        add(row->request);
    n_requests = n_messages;
    for (const struct api_row *row = api_rows; row->service; row++)
        add(row->reply);
    for (const struct view *v = views; v->source; v++)
        add(v->event);
    for (size_t i = 0; i < ARRAY_LEN(frame); i++)
        add(frame[i]);
}

static const ProtobufCMessageDescriptor *pick(const uint8_t **data, size_t *size, bool requests)
{
    const uint8_t *end = *size ? memchr(*data, '\n', *size) : NULL;
    size_t n = end ? (size_t)(end - *data) : *size, among;
    uint32_t sum = 2166136261u;
    const uint8_t *name = *data;

    if (!n_messages)
        collect();
    among = requests ? n_requests : n_messages;
    *data += end ? n + 1 : n;
    *size -= end ? n + 1 : n;
    for (size_t i = 0; i < among; i++)
        if (strlen(messages[i]->name) == n && memcmp(messages[i]->name, name, n) == 0)
            return messages[i];
    for (size_t i = 0; i < n; i++)
        sum = (sum ^ name[i]) * 16777619u;
    return messages[sum % among];
}

const ProtobufCMessageDescriptor *fuzz_message(const uint8_t **data, size_t *size)
{
    return pick(data, size, false);
}

const ProtobufCMessageDescriptor *fuzz_request(const uint8_t **data, size_t *size)
{
    return pick(data, size, true);
}

void fuzz_forget_unknown(ProtobufCMessage *m)
{
    m->n_unknown_fields = 0;
    for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &m->descriptor->fields[i];
        void *at = (char *)m + f->offset;

        if (f->type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        if (f->label != PROTOBUF_C_LABEL_REPEATED) {
            if (*(ProtobufCMessage **)at)
                fuzz_forget_unknown(*(ProtobufCMessage **)at);
            continue;
        }
        for (size_t k = 0; k < *(size_t *)((char *)m + f->quantifier_offset); k++)
            fuzz_forget_unknown((*(ProtobufCMessage ***)at)[k]);
    }
}

void fuzz_file_open(struct fuzz_file *f, const uint8_t *data, size_t size)
{
    f->fd = memfd_create("fuzz", MFD_CLOEXEC);
    CHECK(f->fd >= 0);
    CHECK(write(f->fd, data, size) == (ssize_t)size);
    snprintf(f->path, sizeof(f->path), "/proc/self/fd/%d", f->fd);
}

void fuzz_file_close(struct fuzz_file *f)
{
    close(f->fd);
}
