/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/stack/stack_json.h"

#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/log/log.h"
#include "services/cli/file.h"
#include "services/cli/stack/settings.h"

#include "common/base/banned.h"

static const char *const state_names[] = {
    [STOPPED] = "stopped", [RUNNING] = "running", [WAITING] = "waiting"};

static json_t *instant_json(int64_t at)
{
    char text[INSTANT_TEXT];

    return json_string(instant_format(at, text));
}

static json_t *process_json(const struct supervisor *sv, const struct process *p)
{
    char address[STACK_PATH], metrics[64];
    json_t *doc = json_pack("{s:s, s:i, s:s, s:o, s:i}", "name", p->name, "pid", (int)p->pid,
                            "state", state_names[p->state], "since", instant_json(p->since_at),
                            "restarts", p->restarts);

    if (p == &sv->all[POSTGRESQL])
        snprintf(address, sizeof(address), "%s", sv->socket_dir);
    else
        snprintf(address, sizeof(address), "ipc://%s/%s.sock", sv->socket_dir, p->name);
    json_object_set_new(doc, "address", json_string(address));
    if (p->metrics_port) {
        snprintf(metrics, sizeof(metrics), "http://127.0.0.1:%d/metrics", p->metrics_port);
        json_object_set_new(doc, "metrics", json_string(metrics));
    }
    return doc;
}

static json_t *districts_json(const struct supervisor *sv)
{
    const char *said = settings_said(sv->spec->sets, "gateway", "districts");
    const char *at = said ? said : STACK_DISTRICTS;
    json_t *list = json_array();

    while (*at) {
        size_t skip = strspn(at, ", "), size = strcspn(at + skip, ", ");

        if (size)
            json_array_append_new(list, json_stringn(at + skip, size));
        at += skip + size;
    }
    return list;
}

void stack_json_write(const struct supervisor *sv)
{
    const char *city = settings_said(sv->spec->sets, "gateway", "city");
    char api[96], path[STACK_PATH];
    json_t *doc, *list = json_array();
    struct errtext e = {0};
    char *text;

    snprintf(api, sizeof(api), "http://%s:%d",
             strcmp(sv->spec->address, "0.0.0.0") ? sv->spec->address : "127.0.0.1", sv->port);
    for (int i = 0; i < N_PROCESSES; i++)
        json_array_append_new(list, process_json(sv, &sv->all[i]));
    doc = json_pack("{s:i, s:s, s:s, s:s, s:s, s:o, s:b, s:o, s:o}", "pid", (int)getpid(), "data",
                    sv->spec->data, "bus_dir", sv->socket_dir, "api", api, "city",
                    city ? city : STACK_CITY, "districts", districts_json(sv), "manual_clock",
                    sv->spec->manual_clock, "started_at", instant_json(sv->started_at), "processes",
                    list);
    text = json_dumps(doc, JSON_INDENT(2));
    json_decref(doc);
    if (!text || write_file(stack_path(sv->spec->data, "stack.json", path), text, &e) != 0)
        log_line(LOG_WARN, "stack.json cannot be written; status shows an older state", "reason",
                 e.text, NULL);
    free(text);
}
