/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/play/words.h"

#include <errno.h>
#include <string.h>

#include "common/base/points.h"
#include "common/base/str.h"

#include "common/base/banned.h"

enum { MOST_WIDTH = 400, NAME_SIZE = 64, FORM_SIZE = 64 };

static bool is_name_char(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || c == '_' || (!first && c >= '0' && c <= '9');
}

/* ---- values ---- */

static void json_end(void *json)
{
    json_decref(json);
}

const char *words_text(struct arena *a, const json_t *value)
{
    const char *text;
    char *dump;

    if (json_is_null(value))
        return "";
    if (json_is_string(value))
        return arena_strdup(a, json_string_value(value));
    dump = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    CHECK(dump);
    text = arena_strdup(a, dump);
    free(dump);
    return text;
}

static json_t *member_of(struct arena *a, json_t *doc, const char *name)
{
    size_t i = 0;

    if (strcmp(name, "#") == 0 && (json_is_array(doc) || json_is_object(doc))) {
        json_t *n = json_integer(
            (json_int_t)(json_is_array(doc) ? json_array_size(doc) : json_object_size(doc)));

        arena_on_end(a, json_end, n);
        return n;
    }
    if (!json_is_array(doc))
        return json_object_get(doc, name);
    for (const char *at = name; *at; at++) {
        if (*at < '0' || *at > '9' || i > 1000000)
            return NULL;
        i = i * 10 + (size_t)(*at - '0');
    }
    return *name ? json_array_get(doc, i) : NULL;
}

json_t *words_member(struct arena *a, json_t *doc, const char *path)
{
    if (strcmp(path, ".") == 0)
        return doc;
    for (;;) {
        const char *dot = strchr(path, '.');

        doc = member_of(a, doc, arena_strndup(a, path, dot ? (size_t)(dot - path) : strlen(path)));
        if (!doc || !dot)
            return doc;
        path = dot + 1;
    }
}

/* ---- forms ---- */

static int number_of(struct arena *a, const char *name, const char **text, struct errtext *e)
{
    char *end;
    long long n;

    errno = 0;
    n = strtoll(*text, &end, 10);
    if (errno || end == *text || *end) {
        errtext_set(e, "%s is not a whole number: '%s'", name, *text);
        return WORDS_E_WRONG;
    }
    *text = arena_printf(a, "%lld", n);
    return 0;
}

static int milli_of(struct arena *a, const char *name, const char **text, struct errtext *e)
{
    const char *sign;
    long long n;

    if (number_of(a, name, text, e))
        return WORDS_E_WRONG;
    n = strtoll(*text, NULL, 10);
    sign = n < 0 ? "-" : "";
    *text = arena_printf(a, "%s%lld.%03lld", sign, llabs(n / 1000), llabs(n % 1000));
    return 0;
}

/* Points as the API gives them, "96.3", with all three places. */
static int points_of(struct arena *a, const char *name, const char **text, struct errtext *e)
{
    int64_t milli;

    if (points_parse(*text, &milli)) {
        errtext_set(e, "%s are not points: '%s'", name, *text);
        return WORDS_E_WRONG;
    }
    *text = arena_printf(a, "%lld", (long long)milli);
    return milli_of(a, name, text, e);
}

/* Columns of a terminal: Chinese characters take two. */
static int columns_of(const char *text)
{
    int columns = 0;

    for (; *text; text++)
        if (((unsigned char)*text & 0xC0) != 0x80)
            columns += (unsigned char)*text >= 0xE3 ? 2 : 1;
    return columns;
}

/* "14": cut; "+12": filled up, at least one space; "-8": filled up from the left. */
static int width_of(struct arena *a, const char *form, const char **text, struct errtext *e)
{
    bool fill = *form == '+' || *form == '-';
    char *end;
    long width = strtol(form + fill, &end, 10);
    int columns = columns_of(*text), gap;
    size_t size = 0;

    if (end == form + fill || *end || width < 1 || width > MOST_WIDTH || form[fill] < '0' ||
        form[fill] > '9') {
        errtext_set(e, "there is no form '%s'", form);
        return WORDS_E_WRONG;
    }
    if (fill) {
        gap = width > columns ? (int)width - columns : 0;
        if (*form == '-')
            *text = arena_printf(a, "%*s%s", gap, "", *text);
        else
            *text = arena_printf(a, "%s%*s", *text, gap ? gap : 1, "");
        return 0;
    }
    for (long i = 0; i < width && (*text)[size]; i++)
        size += utf8_step(*text + size, strlen(*text + size));
    *text = arena_strndup(a, *text, size);
    return 0;
}

static int form_one(const struct words *w, const char *name, const char *form, const json_t *value,
                    const char **text, struct errtext *e)
{
    if (strcmp(form, "number") == 0)
        return number_of(w->arena, name, text, e);
    if (strcmp(form, "milli") == 0)
        return milli_of(w->arena, name, text, e);
    if (strcmp(form, "points") == 0)
        return points_of(w->arena, name, text, e);
    if (strcmp(form, "word") == 0)
        *text = **text ? text_in(w->language, *text) : "";
    else if (strcmp(form, "mark") == 0)
        *text = json_is_true(value) ? "!" : " ";
    else
        return width_of(w->arena, form, text, e);
    return 0;
}

/* ---- filling ---- */

/* Where in a JSON we are: names inside quotes become text. */
struct place {
    bool json, quoted, escaped;
};

static void put(struct str *out, const struct place *p, const char *text)
{
    json_t *value;
    char *dump;

    if (!p->json || !p->quoted) {
        str_add(out, text);
        return;
    }
    value = json_string(text);
    dump = json_dumps(value, JSON_ENCODE_ANY);
    CHECK(dump);
    str_add_bytes(out, dump + 1, strlen(dump) - 2);
    free(dump);
    json_decref(value);
}

static int put_value(const struct words *w, const char *name, const char *forms,
                     const struct place *p, struct str *out, struct errtext *e)
{
    const json_t *value = w->lookup(w->arg, name);
    const char *text;
    char *dump;

    if (!value) {
        errtext_set(e, "nothing is called %s", name);
        return WORDS_E_WRONG;
    }
    if (p->json && !p->quoted && !*forms) {
        dump = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
        CHECK(dump);
        str_add(out, dump);
        free(dump);
        return 0;
    }
    text = words_text(w->arena, value);
    while (*forms) {
        size_t size = strcspn(forms + 1, ":");

        if (form_one(w, name, arena_strndup(w->arena, forms + 1, size), value, &text, e))
            return WORDS_E_WRONG;
        forms += 1 + size;
    }
    put(out, p, text);
    return 0;
}

/* At a dollar: @at moves behind the name. */
static int put_name(const struct words *w, const char **at, const struct place *p, struct str *out,
                    struct errtext *e)
{
    const char *from = *at + 1, *end = from, *name, *forms = "";
    bool braces = *from == '{';

    if (*from == '$') {
        str_add_char(out, '$');
        *at = from + 1;
        return 0;
    }
    from += braces;
    for (end = from; is_name_char(*end, end == from);)
        end++;
    name = arena_strndup(w->arena, from, (size_t)(end - from));
    if (braces && *end == ':') {
        size_t size = strcspn(end, "}");

        forms = arena_strndup(w->arena, end, size);
        end += size;
    }
    if (!*name || end - from >= NAME_SIZE || strlen(forms) >= FORM_SIZE ||
        (braces && *end != '}')) {
        errtext_set(e, "%s", "a name is expected behind $");
        return WORDS_E_WRONG;
    }
    *at = end + braces;
    return put_value(w, name, forms, p, out, e);
}

static int fill(const struct words *w, const char *text, bool json, const char **ret_text,
                struct errtext *e)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    struct place p = {.json = json};

    while (*text) {
        if (*text == '$') {
            if (put_name(w, &text, &p, &out, e))
                return WORDS_E_WRONG;
            continue;
        }
        if (*text == '"' && !p.escaped)
            p.quoted = !p.quoted;
        p.escaped = p.quoted && *text == '\\' && !p.escaped;
        str_add_char(&out, *text++);
    }
    *ret_text = arena_strdup(w->arena, out.text);
    return 0;
}

int words_fill(const struct words *w, const char *text, const char **ret_text, struct errtext *e)
{
    return fill(w, text, false, ret_text, e);
}

int words_json(const struct words *w, const char *text, json_t **ret_json, int *ret_line,
               struct errtext *e)
{
    json_error_t where;
    const char *filled;

    if (ret_line)
        *ret_line = 1;
    if (fill(w, text, true, &filled, e))
        return WORDS_E_WRONG;
    *ret_json = json_loads(filled, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &where);
    if (*ret_json)
        return 0;
    if (ret_line && where.line > 0)
        *ret_line = where.line;
    errtext_set(e, "not JSON: %s", where.text);
    return WORDS_E_WRONG;
}
