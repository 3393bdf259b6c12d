/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proto/README.md against the tables it describes: the API's rows, what every service hears, the
 * frame's control messages. A failure says the line to write, or to take away.
 */
#include <criterion/criterion.h>

#include <ctype.h>
#include <glob.h>
#include <string.h>

#include "common/base/arena.h"
#include "common/base/str.h"
#include "proto/api.h"

#define README "proto/README.md"
enum { MAX_LINES = 4000, MAX_CELLS = 5, MAX_EVENTS = 400, MAX_HEARERS = 6 };

/* A row of one of its tables: "| `type` | ..." */
struct line {
    const char *type, *cells[MAX_CELLS];
    int n_cells;
};

static struct arena *a;
static const char *readme;
static struct line lines[MAX_LINES];
static size_t n_lines;

static char *read_file(const char *path)
{
    CLEANUP(str_release) struct str text = STR_INIT;
    char full[512], buf[4096];
    size_t n;
    FILE *f;

    snprintf(full, sizeof(full), "%s%s%s", *path == '/' ? "" : HP_SOURCE_DIR,
             *path == '/' ? "" : "/", path);
    f = fopen(full, "re");
    cr_assert_not_null(f, "%s", full);
    while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
        str_add_bytes(&text, buf, n);
    fclose(f);
    return arena_strdup(a, text.text);
}

/* The cell at *@p without its blanks; moves behind the bar that ends it. */
static const char *next_cell(const char **p)
{
    const char *begin = *p + strspn(*p, " "), *bar = strchr(begin, '|');
    size_t n = (size_t)(bar - begin);

    *p = bar + 1;
    while (n && begin[n - 1] == ' ')
        n--;
    return arena_strndup(a, begin, n);
}

static void take_line(char *text)
{
    struct line *l = &lines[n_lines];
    const char *p = text + 1;
    size_t n;

    if (strncmp(text, "| `", 3) != 0)
        return;
    cr_assert_lt(n_lines, MAX_LINES);
    while (strchr(p, '|') && l->n_cells < MAX_CELLS)
        l->cells[l->n_cells++] = next_cell(&p);
    n = strlen(l->cells[0]);
    cr_assert(n > 2 && l->cells[0][n - 1] == '`', "%s", text);
    l->type = arena_strndup(a, l->cells[0] + 1, n - 2);
    n_lines++;
}

static void setup(void)
{
    char *copy, *rest, *text;

    a = arena_new();
    readme = read_file(README);
    copy = arena_strdup(a, readme);
    for (text = strtok_r(copy, "\n", &rest); text; text = strtok_r(NULL, "\n", &rest))
        take_line(text);
    cr_assert_gt(n_lines, 50);
}

static void teardown(void)
{
    arena_free(a);
    memset(lines, 0, sizeof(lines));
    n_lines = 0;
}

TestSuite(readme, .init = setup, .fini = teardown);

static const struct line *line_for(const char *type)
{
    for (size_t i = 0; i < n_lines; i++)
        if (strcmp(lines[i].type, type) == 0)
            return &lines[i];
    return NULL;
}

/* ---- commands and queries ---- */

/* "credit, officers, auditor" as bits; a word that is no role is a role of its own, so that it
 * differs. */
static unsigned roles_of(const char *cell)
{
    char *copy = arena_strdup(a, cell), *rest, *word;
    unsigned roles = 0;

    for (word = strtok_r(copy, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
        word += strspn(word, " ");
        if (strcmp(word, "officers") == 0)
            roles |= ROLE_OFFICERS;
        else if (strcmp(word, "signed in") == 0)
            roles |= ROLE_SIGNED_IN;
        else
            roles |= role_by_name(word) ? (unsigned)role_by_name(word) : 1u << 31;
    }
    return roles;
}

static const char *roles_cell(unsigned roles)
{
    const char *text = "";

    if (roles == ROLE_SIGNED_IN)
        return "signed in";
    for (int i = 0; i < N_ROLES; i++) {
        bool officers = (roles & ROLE_OFFICERS) == ROLE_OFFICERS && (1u << i & ROLE_OFFICERS);
        const char *name = officers ? "officers" : role_name((enum role)(1u << i));

        if ((roles & 1u << i) == 0 || (officers && 1u << i != ROLE_CITY))
            continue;
        text = arena_printf(a, "%s%s%s", text, *text ? ", " : "", name);
    }
    return text;
}

static const char *region_text(enum region_rule rule)
{
    return rule == REGION_COVERS ? "covers" : rule == REGION_TOUCHES ? "touches" : "any";
}

static const char *http_text(const struct api_row *row)
{
    return *row->path ? arena_printf(a, "`%s %s`", row->method, row->path) : "bus only";
}

static bool says_the_same(const struct line *l, const struct api_row *row)
{
    return l->n_cells == 5 &&
           strcmp(l->cells[1], row->kind == API_COMMAND ? "command" : "query") == 0 &&
           strcmp(l->cells[2], http_text(row)) == 0 && roles_of(l->cells[3]) == row->roles &&
           strcmp(l->cells[4], region_text(row->region)) == 0;
}

Test(readme, names_every_message_of_the_api_with_its_roles)
{
    for (const struct api_row *row = api_rows; row->service; row++) {
        const struct line *l = line_for(row->type);

        cr_expect(l && says_the_same(l, row),
                  "write in " README ", under %s:\n| `%s` | %s | %s | %s | %s |", row->service,
                  row->type, row->kind == API_COMMAND ? "command" : "query", http_text(row),
                  roles_cell(row->roles), region_text(row->region));
    }
}

/* ---- events ---- */

struct event {
    const char *type, *hearers[MAX_HEARERS];
    int n_hearers;
};
static struct event events[MAX_EVENTS];
static size_t n_events;

/* ("scoring", "case_opened") to "scoring.CaseOpened". */
static const char *type_of(const char *service, const char *snake)
{
    CLEANUP(str_release) struct str type = STR_INIT;
    bool begins = true;

    str_printf(&type, "%s.", service);
    for (; *snake; snake++) {
        if (*snake != '_')
            str_add_char(&type, begins ? (char)toupper((unsigned char)*snake) : *snake);
        begins = *snake == '_';
    }
    return arena_strdup(a, type.text);
}

static void add_hearer(const char *type, const char *hearer)
{
    struct event *e = events;

    while (e < events + n_events && strcmp(e->type, type) != 0)
        e++;
    if (e == events + n_events) {
        cr_assert_lt(n_events++, MAX_EVENTS);
        *e = (struct event){.type = type};
    }
    for (int i = 0; i < e->n_hearers; i++)
        if (strcmp(e->hearers[i], hearer) == 0)
            return;
    cr_assert_lt(e->n_hearers, MAX_HEARERS);
    e->hearers[e->n_hearers++] = hearer;
}

/* Every "<macro>(source, prefix" of a file, where prefix may begin with "source__". */
static void hear_of_file(const char *path, const char *macro, const char *hearer)
{
    const char *text = read_file(path);
    size_t n = strlen(macro);

    for (const char *p = text; (p = strstr(p, macro)); p += n) {
        char source[64], prefix[128], *word = prefix;

        if (p > text && (isalnum((unsigned char)p[-1]) || p[-1] == '_'))
            continue;
        if (sscanf(p + n, " ( %63[a-z] , %127[a-z_]", source, prefix) != 2)
            continue;
        if (strncmp(word, source, strlen(source)) == 0 &&
            strncmp(word + strlen(source), "__", 2) == 0)
            word += strlen(source) + 2;
        add_hearer(type_of(source, word), hearer);
    }
}

static int by_word(const void *x, const void *y)
{
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static void collect_events(void)
{
    glob_t files;

    memset(events, 0, sizeof(events));
    n_events = 0;
    cr_assert_eq(glob(HP_SOURCE_DIR "/services/*/main.c", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        const char *name = files.gl_pathv[i] + strlen(HP_SOURCE_DIR "/services/");

        hear_of_file(files.gl_pathv[i], "HEAR", arena_strndup(a, name, strcspn(name, "/")));
    }
    globfree(&files);
    hear_of_file("services/reporting/views.c", "EVENT", "reporting");
    for (size_t i = 0; i < n_events; i++)
        qsort(events[i].hearers, (size_t)events[i].n_hearers, sizeof(char *), by_word);
    cr_assert_gt(n_events, 40);
}

static const char *hearers_text(const struct event *e)
{
    const char *text = "";

    for (int i = 0; i < e->n_hearers; i++)
        text = arena_printf(a, "%s%s%s", text, i ? ", " : "", e->hearers[i]);
    return text;
}

Test(readme, names_every_event_with_those_who_hear_it)
{
    collect_events();
    for (size_t i = 0; i < n_events; i++) {
        const struct line *l = line_for(events[i].type);
        const char *hearers = hearers_text(&events[i]);

        cr_expect(l && l->n_cells == 2 && strcmp(l->cells[1], hearers) == 0,
                  "write in " README ", under %.*s:\n| `%s` | %s |",
                  (int)strcspn(events[i].type, "."), events[i].type, events[i].type, hearers);
    }
}

/* ---- messages of the .proto files ---- */

/* The text without what stands behind "//". */
static char *without_comments(char *text)
{
    char *to = text;

    for (const char *p = text; *p;) {
        if (p[0] == '/' && p[1] == '/')
            p += strcspn(p, "\n");
        else
            *to++ = *p++;
    }
    *to = 0;
    return text;
}

/* Whether some field of the file is of this message's type. */
static bool is_part(const char *text, const char *name)
{
    static const char *const labels[] = {"required ", "optional ", "repeated "};
    size_t n = strlen(name);

    for (size_t i = 0; i < ARRAY_LEN(labels); i++)
        for (const char *p = text; (p = strstr(p, labels[i]));) {
            p += strlen(labels[i]);
            if (strncmp(p, name, n) == 0 && p[n] == ' ')
                return true;
        }
    return false;
}

static bool is_reply(const char *type)
{
    for (const struct api_row *row = api_rows; row->service; row++)
        if (row->reply && strcmp(row->reply->name, type) == 0)
            return true;
    return false;
}

/* Messages that are neither asked, answered nor part of another one: events, heard or not. */
static void each_event_of(const char *package, void (*see)(const char *type))
{
    char *text = without_comments(read_file(arena_printf(a, "proto/%s.proto", package)));

    for (const char *p = text; (p = strstr(p, "message "));) {
        char name[128];
        const char *type;

        p += strlen("message ");
        cr_assert_eq(sscanf(p, "%127[A-Za-z0-9_]", name), 1);
        type = arena_printf(a, "%s.%s", package, name);
        if (!api_row_for(type) && !is_reply(type) && !is_part(text, name))
            see(type);
    }
}

static bool is_event(const char *type)
{
    for (size_t i = 0; i < n_events; i++)
        if (strcmp(events[i].type, type) == 0)
            return true;
    return false;
}

static int n_unheard;
static const char *unheard[MAX_EVENTS];

static void see_event(const char *type)
{
    if (!is_event(type))
        unheard[n_unheard++] = type;
}

static void collect_unheard(void)
{
    static const char *const packages[] = {"intake", "scoring",   "publicity",
                                           "credit", "reporting", "gateway"};

    n_unheard = 0;
    for (size_t i = 0; i < ARRAY_LEN(packages); i++)
        each_event_of(packages[i], see_event);
}

static bool is_unheard(const char *type)
{
    for (int i = 0; i < n_unheard; i++)
        if (strcmp(unheard[i], type) == 0)
            return true;
    return false;
}

Test(readme, says_of_which_events_nobody_hears)
{
    collect_events();
    collect_unheard();
    for (int i = 0; i < n_unheard; i++) {
        const struct line *l = line_for(unheard[i]);

        cr_expect(l && l->n_cells == 2 && strcmp(l->cells[1], "nobody") == 0,
                  "write in " README ", under %.*s (or take the message out):\n| `%s` | nobody |",
                  (int)strcspn(unheard[i], "."), unheard[i], unheard[i]);
    }
}

Test(readme, names_every_role)
{
    for (int i = 0; i < N_ROLES; i++)
        cr_expect(strstr(readme, arena_printf(a, "`%s` (", role_name((enum role)(1u << i)))) ||
                      strstr(readme, arena_printf(a, "`%s`,", role_name((enum role)(1u << i)))),
                  "say in " README " what `%s` is", role_name((enum role)(1u << i)));
}

/* ---- both ---- */

Test(readme, names_nothing_that_is_not_there)
{
    collect_events();
    collect_unheard();
    for (size_t i = 0; i < n_lines; i++) {
        const char *type = lines[i].type;

        /* the table of roles is no table of messages */
        if (!strchr(type, '.'))
            continue;
        cr_expect(api_row_for(type) || is_event(type) || is_unheard(type),
                  "%s is neither in proto/api nor an event: take its line out of " README, type);
        for (size_t k = 0; k < i; k++)
            cr_expect(strcmp(lines[k].type, type) != 0, "%s stands in " README " twice", type);
    }
}

Test(readme, names_every_control_message)
{
    const char *text = read_file("common/service/control.c");
    int n = 0;

    for (const char *p = text; (p = strstr(p, "\"bus.")); p++) {
        const char *type = arena_strndup(a, p + 1, strcspn(p + 1, "\""));
        size_t size = strlen(type);

        if (size > 5 && strcmp(type + size - 5, "Reply") == 0)
            continue;
        cr_expect(strstr(readme, arena_printf(a, "`%s`", type)),
                  "write in " README ", under bus: `%s`", type);
        n++;
    }
    cr_assert_geq(n, 7);
}
