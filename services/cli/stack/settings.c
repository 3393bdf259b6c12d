/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/stack/settings.h"

#include <string.h>

#include "services/cli/say.h"
#include "services/cli/stack/stack.h"

#include "common/base/banned.h"

/* The service that @set begins with, its key behind it in ret_key; NULL: for all. */
static const char *set_service(const char *set, const char **ret_key)
{
    for (const char *const *s = stack_services; *s; s++) {
        size_t size = strlen(*s);

        if (strncmp(set, *s, size) == 0 && set[size] == '.') {
            *ret_key = set + size + 1;
            return *s;
        }
    }
    *ret_key = set;
    return NULL;
}

static bool key_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
}

/* Of which every service needs one of its own: a file it writes, an address it listens on, its tables. */
static bool is_own_key(const char *key, size_t size)
{
    static const char *const keys[] = {"bus.announce", "bus.listen", "metrics",
                                       "schema",       "seal.copy",  "seal.file"};

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (strlen(keys[i]) == size && strncmp(keys[i], key, size) == 0)
            return true;
    return false;
}

int settings_check(const char *set, struct errtext *e)
{
    const char *key, *service = set_service(set, &key);
    size_t size = 0;

    while (key_char(key[size]))
        size++;
    if (!size || key[size] != '=' || strpbrk(key, "\r\n") || !utf8_valid(set, strlen(set), NULL)) {
        errtext_set(e, tr("--set needs [SERVICE.]KEY=VALUE, not '%s'"), set);
        return SETTINGS_E_BAD;
    }
    if (!service && key[size + 1] && is_own_key(key, size)) {
        errtext_set(e, tr("--set %.*s=... needs the service before it: each has one of its own"),
                    (int)size, key);
        return SETTINGS_E_BAD;
    }
    return 0;
}

/* Whether @set is for @service; its key and value. */
static bool set_is_for(const char *set, const char *service, const char **ret_key, size_t *ret_size,
                       const char **ret_value)
{
    const char *whose = set_service(set, ret_key);
    const char *equals = strchr(*ret_key, '=');

    if ((whose && strcmp(whose, service) != 0) || !equals)
        return false;
    *ret_size = (size_t)(equals - *ret_key);
    *ret_value = equals + 1;
    return true;
}

const char *settings_for(const char *set, const char *service)
{
    const char *key, *value;
    size_t size;

    return set_is_for(set, service, &key, &size, &value) ? key : NULL;
}

const char *settings_said(const char *const *sets, const char *service, const char *key)
{
    const char *said = NULL, *name, *value;
    size_t size;

    for (; sets && *sets; sets++)
        if (set_is_for(*sets, service, &name, &size, &value) && strlen(key) == size &&
            strncmp(key, name, size) == 0)
            said = value;
    return said;
}

/* key: 'value', quoted so that every text is a text. */
static void add(struct str *out, const char *key, size_t size, const char *value)
{
    str_add_bytes(out, key, size);
    str_add(out, ": '");
    for (; *value; value++) {
        if (*value == '\'')
            str_add_char(out, '\'');
        str_add_char(out, *value);
    }
    str_add(out, "'\n");
}

/* What the launcher sets, unless a --set says otherwise: no key may stand twice. */
static void add_own(const struct settings_spec *spec, const char *service, struct str *out,
                    const char *key, const char *value)
{
    if (value && !settings_said(spec->sets, service, key))
        add(out, key, strlen(key), value);
}

static void add_said(const struct settings_spec *spec, const char *service, struct str *out)
{
    const char *key, *value;
    size_t size;

    for (const char *const *set = spec->sets; set && *set; set++) {
        bool again = false;

        if (!set_is_for(*set, service, &key, &size, &value))
            continue;
        for (const char *const *later = set + 1; *later; later++) {
            const char *other, *unused;
            size_t other_size;

            again |= set_is_for(*later, service, &other, &other_size, &unused) &&
                     other_size == size && strncmp(other, key, size) == 0;
        }
        if (!again)
            add(out, key, size, value);
    }
}

void settings_write(const struct settings_spec *spec, const char *service, struct str *out)
{
    char metrics[32], port[16], files[4096], key[4096], seals[4096], archive[4096];

    str_printf(out, "# made by hongping up; change it with --set %s.key=value\n", service);
    add_own(spec, service, out, "city", STACK_CITY);
    add_own(spec, service, out, "districts", STACK_DISTRICTS);
    add_own(spec, service, out, "bus.dir", spec->bus_dir);
    add_own(spec, service, out, "db", spec->db);
    snprintf(key, sizeof(key), "%s/" STACK_KEY, spec->data);
    snprintf(seals, sizeof(seals), "%s/" STACK_SEALS "/%s.jsonl", spec->data, service);
    snprintf(archive, sizeof(archive), "%s/" STACK_ARCHIVE, spec->data);
    add_own(spec, service, out, "archive.folder", archive);
    add_own(spec, service, out, "seal.key", key);
    add_own(spec, service, out, "seal.file", seals);
    add_own(spec, service, out, "clock.mode", spec->manual_clock ? "manual" : "machine");
    if (spec->manual_clock)
        add_own(spec, service, out, "clock.start", spec->clock_start);
    if (spec->metrics_port) {
        snprintf(metrics, sizeof(metrics), "127.0.0.1:%d", spec->metrics_port);
        add_own(spec, service, out, "metrics", metrics);
    }
    if (strcmp(service, "gateway") == 0) {
        snprintf(port, sizeof(port), "%d", spec->port);
        snprintf(files, sizeof(files), "%s/files", spec->data);
        add_own(spec, service, out, "http.address", spec->address);
        add_own(spec, service, out, "http.port", port);
        add_own(spec, service, out, "data.dir", files);
    }
    add_said(spec, service, out);
}
