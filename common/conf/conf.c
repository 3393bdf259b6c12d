/* SPDX-License-Identifier: Apache-2.0 */
#include "common/conf/conf.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/base/str.h"
#include "common/base/yaml.h"

#include "common/base/banned.h"

enum { MAX_FILE = 1024 * 1024, MAX_KEYS = 256 };

static const struct {
    const char *name;
    int64_t ms;
} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};

static const char *const type_names[] = {
    [CONF_T_TEXT] = "text",          [CONF_T_INT] = "whole number",
    [CONF_T_BOOL] = "true or false", [CONF_T_DURATION] = "duration such as 250ms, 30s, 5m, 2h, 7d",
    [CONF_T_WORD] = "one of ",
};

static bool is_text(const struct conf_key *key)
{
    return key->type == CONF_T_TEXT || key->type == CONF_T_WORD;
}

static void *field_of(const struct conf_group *group, const struct conf_key *key)
{
    return (char *)group->state + key->offset;
}

/* --- values --- */

/* Digits with at most a minus before them; @ret_rest is what follows. */
static bool parse_int(const char *text, int64_t *ret, const char **ret_rest)
{
    bool negative = *text == '-';
    const char *p = text + negative;
    int64_t value = 0;

    if (!isdigit((unsigned char)*p))
        return false;
    for (; isdigit((unsigned char)*p); p++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, *p - '0', &value))
            return false;
    *ret = negative ? -value : value;
    *ret_rest = p;
    return true;
}

static bool parse_duration(const char *text, int64_t *ret_ms)
{
    const char *unit;
    int64_t n;

    if (*text == '-' || !parse_int(text, &n, &unit))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (strcmp(unit, units[i].name) == 0)
            return !__builtin_mul_overflow(n, units[i].ms, ret_ms);
    return false;
}

static void format_duration(int64_t ms, char *buf, size_t size)
{
    size_t i = ARRAY_LEN(units) - 1;

    while (i > 0 && (ms == 0 || ms % units[i].ms != 0))
        i--;
    snprintf(buf, size, "%" PRId64 "%s", ms / units[i].ms, units[i].name);
}

static bool in_range(const struct conf_key *key, int64_t n)
{
    return (key->low == 0 && key->high == 0) || (n >= key->low && n <= key->high);
}

static void format_range(const struct conf_key *key, char *buf, size_t size)
{
    char low[32], high[32];

    snprintf(buf, size, "%s", key->type == CONF_T_WORD ? key->words : "");
    if (key->low == 0 && key->high == 0)
        return;
    if (key->type == CONF_T_DURATION) {
        format_duration(key->low, low, sizeof(low));
        format_duration(key->high, high, sizeof(high));
    } else {
        snprintf(low, sizeof(low), "%" PRId64, key->low);
        snprintf(high, sizeof(high), "%" PRId64, key->high);
    }
    snprintf(buf, size, ", %s to %s", low, high);
}

static int bad_value(const struct conf_key *key, const char *source, const char *text,
                     struct errtext *e)
{
    char range[80];

    format_range(key, range, sizeof(range));
    errtext_set(e, "%s: %s is '%.100s': expected %s%s", source, key->name, text,
                type_names[key->type], range);
    return CONF_E_BAD;
}

static int assign_number(const struct conf_group *group, const struct conf_key *key,
                         const char *text, const char *source, struct errtext *e)
{
    const char *rest = "";
    int64_t n;
    bool ok = key->type == CONF_T_INT ? parse_int(text, &n, &rest) : parse_duration(text, &n);

    if (!ok || *rest || !in_range(key, n))
        return bad_value(key, source, text, e);
    *(int64_t *)field_of(group, key) = n;
    return 0;
}

static bool is_word(const struct conf_key *key, const char *text)
{
    size_t size = strlen(text);

    for (const char *at = key->words; *at; at += strspn(at, ", ")) {
        size_t n = strcspn(at, ", ");

        if (n == size && memcmp(at, text, n) == 0)
            return true;
        at += n;
    }
    return false;
}

static int assign_text(const struct conf_group *group, const struct conf_key *key, const char *text,
                       const char *source, struct errtext *e)
{
    char **old = field_of(group, key), *copy;

    if (!utf8_valid(text, strlen(text), NULL))
        return bad_value(key, source, "not UTF-8", e);
    if (key->type == CONF_T_WORD && !is_word(key, text))
        return bad_value(key, source, text, e);
    copy = strdup(text);
    if (!copy)
        abort();
    free(*old);
    *old = copy;
    return 0;
}

static int assign(const struct conf_group *group, const struct conf_key *key, const char *text,
                  const char *source, struct errtext *e)
{
    switch (key->type) {
    case CONF_T_TEXT:
    case CONF_T_WORD:
        return assign_text(group, key, text, source, e);
    case CONF_T_BOOL:
        if (!str_equal(text, "true") && !str_equal(text, "false"))
            return bad_value(key, source, text, e);
        *(bool *)field_of(group, key) = text[0] == 't';
        return 0;
    default:
        return assign_number(group, key, text, source, e);
    }
}

/* Gives @name its value in every table that has it; CONF_E_BAD also where none has. */
static int assign_named(const struct conf_group *groups, const char *name, const char *text,
                        const char *source, struct errtext *e)
{
    bool known = false;

    for (const struct conf_group *g = groups; g->keys; g++)
        for (const struct conf_key *k = g->keys; k->name; k++)
            if (strcmp(k->name, name) == 0) {
                known = true;
                if (assign(g, k, text, source, e))
                    return CONF_E_BAD;
            }
    if (known)
        return 0;
    errtext_set(e, "%s: there is no setting '%.100s'", source, name);
    return CONF_E_BAD;
}

/* --- sources --- */

static int load_defaults(const struct conf_group *groups, struct errtext *e)
{
    for (const struct conf_group *g = groups; g->keys; g++)
        for (const struct conf_key *k = g->keys; k->name; k++) {
            if (is_text(k))
                *(char **)field_of(g, k) = NULL;
            else if (k->type == CONF_T_BOOL)
                *(bool *)field_of(g, k) = false;
            else
                *(int64_t *)field_of(g, k) = 0;
        }
    for (const struct conf_group *g = groups; g->keys; g++)
        for (const struct conf_key *k = g->keys; k->name; k++)
            if (k->fallback && assign(g, k, k->fallback, "default", e))
                return CONF_E_BAD;
    return 0;
}

static int read_file(struct arena *a, const char *path, struct bytes *ret, struct errtext *e)
{
    char *data = arena_alloc(a, MAX_FILE + 1);
    FILE *f = fopen(path, "re");
    size_t n;
    bool failed;

    if (!f) {
        errtext_set(e, "%s: %s", path, strerror(errno));
        return CONF_E_BAD;
    }
    n = fread(data, 1, MAX_FILE + 1, f);
    failed = ferror(f);
    fclose(f);
    if (failed || n > MAX_FILE) {
        errtext_set(e, "%s: %s", path, failed ? "cannot be read" : "larger than 1 MiB");
        return CONF_E_BAD;
    }
    *ret = (struct bytes){.data = (const uint8_t *)data, .size = n};
    return 0;
}

/* Nothing but blank lines and remarks: a settings file that leaves everything as it is. */
static bool says_nothing(struct bytes text)
{
    bool remark = false;

    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\n')
            remark = false;
        else if (text.data[i] == '#')
            remark = true;
        else if (!remark && !isspace(text.data[i]))
            return false;
    }
    return true;
}

static int load_file(const struct conf_group *groups, const char *path, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct errtext why = {0};
    struct ynode *root;
    struct bytes text;
    int line, column;

    if (read_file(a, path, &text, e))
        return CONF_E_BAD;
    if (says_nothing(text))
        return 0;
    if (yaml_parse(a, (const char *)text.data, text.size, &root, &line, &column, &why)) {
        errtext_set(e, "%s:%d:%d: %s", path, line, column, why.text);
        return CONF_E_BAD;
    }
    if (root->kind != YNODE_MAP) {
        errtext_set(e, "%s:%d:%d: lines of 'key: value' are expected", path, root->line,
                    root->column);
        return CONF_E_BAD;
    }
    for (size_t i = 0; i < root->n_items; i++) {
        const struct ynode *n = root->items[i];
        const char *source = arena_printf(a, "%s:%d:%d", path, n->key_line, n->key_column);

        if (n->kind != YNODE_SCALAR) {
            errtext_set(e, "%s: '%.100s' must be a single value", source, n->key);
            return CONF_E_BAD;
        }
        if (assign_named(groups, n->key, n->text, source, e))
            return CONF_E_BAD;
    }
    return 0;
}

static int load_environment(const struct conf_group *groups, struct errtext *e)
{
    CLEANUP(str_release) struct str name = STR_INIT;

    for (const struct conf_group *g = groups; g->keys; g++)
        for (const struct conf_key *k = g->keys; k->name; k++) {
            const char *value;

            str_clear(&name);
            str_add(&name, "HONGPING_");
            for (const char *p = k->name; *p; p++)
                str_add_char(&name,
                             isalnum((unsigned char)*p) ? (char)toupper((unsigned char)*p) : '_');
            value = getenv(name.text);
            if (value && assign(g, k, value, name.text, e))
                return CONF_E_BAD;
        }
    return 0;
}

static int load_sets(const struct conf_group *groups, const char *const *sets, struct errtext *e)
{
    CLEANUP(str_release) struct str name = STR_INIT;

    for (; sets && *sets; sets++) {
        const char *equals = strchr(*sets, '=');

        if (!equals) {
            errtext_set(e, "--set %.100s: expected key=value", *sets);
            return CONF_E_BAD;
        }
        str_clear(&name);
        str_add_bytes(&name, *sets, (size_t)(equals - *sets));
        if (assign_named(groups, name.text, equals + 1, "--set", e))
            return CONF_E_BAD;
    }
    return 0;
}

int conf_load(const struct conf_group *groups, const char *config_path, const char *const *sets,
              struct errtext *e)
{
    if (load_defaults(groups, e) || (config_path && load_file(groups, config_path, e)) ||
        load_environment(groups, e) || load_sets(groups, sets, e)) {
        conf_release(groups);
        return CONF_E_BAD;
    }
    return 0;
}

void conf_release(const struct conf_group *groups)
{
    for (const struct conf_group *g = groups; g->keys; g++)
        for (const struct conf_key *k = g->keys; k->name; k++)
            if (is_text(k)) {
                char **text = field_of(g, k);

                free(*text);
                *text = NULL;
            }
}

/* --- printing --- */

struct row {
    const struct conf_group *group;
    const struct conf_key *key;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct row *)a)->key->name, ((const struct row *)b)->key->name);
}

/* A YAML text in double quotes. */
static void print_text(const char *text, FILE *out)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else if ((unsigned char)*text < 0x20 || *text == 0x7F)
            fprintf(out, "\\x%02x", (unsigned char)*text);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

static void print_row(const struct row *row, FILE *out)
{
    const struct conf_key *key = row->key;
    const void *field = field_of(row->group, key);
    const char *text = is_text(key) ? *(char *const *)field : NULL;
    char buf[80];

    format_range(key, buf, sizeof(buf));
    fprintf(out, "# %s (%s%s)\n", key->help, type_names[key->type], buf);
    fprintf(out, "%s%s:", is_text(key) && !text ? "# " : "", key->name);
    if (key->type == CONF_T_INT)
        fprintf(out, " %" PRId64, *(const int64_t *)field);
    else if (key->type == CONF_T_BOOL)
        fprintf(out, " %s", *(const bool *)field ? "true" : "false");
    else if (key->type == CONF_T_DURATION) {
        format_duration(*(const int64_t *)field, buf, sizeof(buf));
        fprintf(out, " %s", buf);
    } else if (text) {
        fputc(' ', out);
        print_text(text, out);
    }
    fputs("\n\n", out);
}

void conf_print(const struct conf_group *groups, FILE *out)
{
    struct row rows[MAX_KEYS];
    size_t n = 0;

    for (const struct conf_group *g = groups; g->keys; g++)
        for (const struct conf_key *k = g->keys; k->name; k++) {
            CHECK(n < MAX_KEYS);
            rows[n++] = (struct row){.group = g, .key = k};
        }
    qsort(rows, n, sizeof(rows[0]), by_name);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || strcmp(rows[i - 1].key->name, rows[i].key->name) != 0)
            print_row(&rows[i], out);
}
