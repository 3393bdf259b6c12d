/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/stack/told.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "services/cli/file.h"
#include "services/cli/say.h"
#include "services/cli/stack/settings.h"
#include "services/cli/stack/stack.h"

#include "common/base/banned.h"

enum { FILE_LIMIT = 1 << 20, PORT_MAX = 65535 };

#define STRING_OF(x) #x
#define STRING(x) STRING_OF(x)
/* Of a stack that was never told anything. */
/* clang-format off */
static const char new_file[] =
    "# What this stack was told. hongping up reads it and keeps here what its command line says;\n"
    "# edit it while the stack is down. A line is [SERVICE.]KEY=VALUE, as after --set.\n"
    "\n"
    "# The data in this folder are this city's: another one needs a folder of its own.\n"
    "city=" STACK_CITY "\n"
    "# The districts served, comma-separated; the city's own rows always are.\n"
    "districts=" STACK_DISTRICTS "\n"
    "\n"
    "# Where the API listens; the metrics ports follow its port. 0: any free ones.\n"
    "address=127.0.0.1\n"
    "port=" STRING(STACK_PORT) "\n"
    "\n"
    "# Settings of all services, or of one; a service lists its own with --print-config.\n";
/* clang-format on */

static bool is_setting(const char *line)
{
    return line[0] && line[0] != '#';
}

/* The size of a line's name, up to its '='. */
static size_t name_size(const char *line)
{
    return strcspn(line, "=");
}

/* The value of @line if @name is what it sets. */
static const char *value_of(const char *line, const char *name)
{
    size_t size = strlen(name);

    return name_size(line) == size && line[size] == '=' && memcmp(line, name, size) == 0
               ? line + size + 1
               : NULL;
}

static int check_port(const char *text, int *ret_port, struct errtext *e)
{
    char *end;
    long n = strtol(text, &end, 10);

    if (end == text || *end || n < 0 || n > PORT_MAX) {
        errtext_set(e, tr("--%s needs a number from %ld to %ld, not '%s'"), "port", 0L,
                    (long)PORT_MAX, text);
        return TOLD_E_BAD;
    }
    *ret_port = (int)n;
    return 0;
}

/* Whether @line can be read; its meaning if it is the stack's own. */
static int check_line(const char *line, int *port, const char **address, struct errtext *e)
{
    const char *text;
    struct in_addr unused;

    if (settings_check(line, e))
        return TOLD_E_BAD;
    text = value_of(line, "port");
    if (text)
        return check_port(text, port, e);
    text = value_of(line, "address");
    if (text && inet_pton(AF_INET, text, &unused) != 1) {
        errtext_set(e, tr("'%s' is not an IPv4 address"), text);
        return TOLD_E_BAD;
    }
    if (text)
        *address = text;
    return 0;
}

/* What the lines say, again; the line that cannot be read in ret_at. */
static int understand(struct told *t, size_t *ret_at, struct errtext *e)
{
    const char **sets = calloc(t->n_lines + 1, sizeof(*sets));
    const char *address = "127.0.0.1";
    int port = STACK_PORT, r;
    size_t n = 0;

    if (!sets)
        return err_raise(-ENOMEM);
    for (size_t i = 0; i < t->n_lines; i++) {
        const char *line = t->lines[i];

        if (!is_setting(line))
            continue;
        r = check_line(line, &port, &address, e);
        if (r) {
            *ret_at = i;
            free(sets);
            return r;
        }
        if (!value_of(line, "port") && !value_of(line, "address"))
            sets[n++] = line;
    }
    free(t->sets);
    t->sets = sets;
    t->address = address;
    t->port = port;
    return 0;
}

static int add_line(struct told *t, const char *text, size_t size)
{
    char **lines = realloc(t->lines, (t->n_lines + 1) * sizeof(*lines));
    char *line = lines ? strndup(text, size) : NULL;

    if (lines)
        t->lines = lines;
    if (!line)
        return err_raise(-ENOMEM);
    t->lines[t->n_lines++] = line;
    return 0;
}

static int split(struct told *t, const char *text)
{
    int r = 0;

    while (*text && !r) {
        size_t size = strcspn(text, "\n");

        r = add_line(t, text, size);
        text += size + (text[size] == '\n');
    }
    return r;
}

void told_release(struct told *t)
{
    for (size_t i = 0; i < t->n_lines; i++)
        free(t->lines[i]);
    free(t->lines);
    free(t->sets);
    str_release(&t->changes);
    *t = (struct told){.changes = STR_INIT};
}

int told_read(const char *data, struct told *ret_told, struct errtext *e)
{
    struct told t = {.changes = STR_INIT};
    struct errtext why = {0};
    char path[STACK_PATH], *text = NULL;
    size_t at = 0;
    int r = -ENOENT; /* a path that is too long is refused by whoever starts a stack there */

    if (strlen(data) <= STACK_DATA_MAX)
        r = read_file(stack_path(data, TOLD_FILE, path), FILE_LIMIT, &text, NULL, e);
    if (r && r != -ENOENT)
        return r;
    t.known = r == 0;
    r = split(&t, text ? text : new_file);
    free(text);
    if (!r)
        r = understand(&t, &at, &why);
    if (r == TOLD_E_BAD)
        errtext_set(e, "%s:%zu: %s", path, at + 1, why.text);
    if (r)
        told_release(&t);
    else
        *ret_told = t;
    return r;
}

static char **find(const struct told *t, const char *set)
{
    size_t size = name_size(set);

    for (size_t i = t->n_lines; i > 0; i--)
        if (is_setting(t->lines[i - 1]) && name_size(t->lines[i - 1]) == size &&
            memcmp(t->lines[i - 1], set, size) == 0)
            return &t->lines[i - 1];
    return NULL;
}

static void note_change(struct told *t, const char *before, const char *set)
{
    str_printf(&t->changes, "%s%s", t->changes.size ? ", " : "", set);
    if (before) {
        str_add_char(&t->changes, ' ');
        str_printf(&t->changes, tr("(was %s)"), before + name_size(before) + 1);
    }
}

int told_say(struct told *t, const char *set, struct errtext *e)
{
    const char *address;
    size_t at;
    char **place, *line;
    int port, r;

    r = check_line(set, &port, &address, e);
    if (r)
        return r;
    if (told_has(t, set))
        return 0;
    place = find(t, set);
    note_change(t, place ? *place : NULL, set);
    if (!place) {
        r = add_line(t, set, strlen(set));
        return r ? r : err_fold(understand(t, &at, e));
    }
    line = strdup(set);
    if (!line)
        return err_raise(-ENOMEM);
    free(*place);
    *place = line;
    return err_fold(understand(t, &at, e));
}

bool told_has(const struct told *t, const char *set)
{
    char **place = find(t, set);

    return place && strcmp(*place, set) == 0;
}

static const char *city_of(const struct told *t, const char *service)
{
    const char *said = settings_said(t->sets, service, "city");

    return said ? said : STACK_CITY;
}

int told_same_city(const struct told *kept, const struct told *now, const char *data,
                   struct errtext *e)
{
    for (const char *const *s = stack_services; kept->known && *s; s++)
        if (strcmp(city_of(kept, *s), city_of(now, *s)) != 0) {
            errtext_set(e,
                        tr("the data in %s are of the city %s; the city %s needs a folder of its "
                           "own, with --data"),
                        data, city_of(kept, *s), city_of(now, *s));
            return TOLD_E_CITY;
        }
    return 0;
}

int told_write(const struct told *t, const char *data, struct errtext *e)
{
    struct str text = STR_INIT;
    char path[STACK_PATH];
    int r;

    for (size_t i = 0; i < t->n_lines; i++)
        str_printf(&text, "%s\n", t->lines[i]);
    r = write_file(stack_path(data, TOLD_FILE, path), text.text, e);
    str_release(&text);
    return r;
}
