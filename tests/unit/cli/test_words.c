/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/play/words.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "services/cli/play/rows.h"

static struct arena *a;
static json_t *names;

static json_t *look_up(void *arg, const char *name)
{
    (void)arg;
    return json_object_get(names, name);
}

static void begin(void)
{
    a = arena_new();
    names =
        json_loads("{\"n\": 96300, \"minus\": -5, \"name\": \"样例\\\"一\\\"\", \"yes\": true,"
                   " \"list\": [{\"k\": \"b\"}, {\"k\": \"a\"}], \"none\": null, \"text\": \"12\"}",
                   0, NULL);
    cr_assert(names != NULL);
}

static void end(void)
{
    json_decref(names);
    arena_free(a);
}

TestSuite(words, .init = begin, .fini = end);

static const struct words *words(void)
{
    static struct words w;

    w = (struct words){a, LANGUAGE_EN, look_up, NULL};
    return &w;
}

static void fills(const char *text, const char *wanted)
{
    struct errtext e = {0};
    const char *filled = "";

    cr_expect(words_fill(words(), text, &filled, &e) == 0, "%s: %s", text, e.text);
    cr_expect(strcmp(filled, wanted) == 0, "%s gives '%s', not '%s'", text, filled, wanted);
}

static void refuses(const char *text)
{
    struct errtext e = {0};
    const char *filled;

    cr_expect(words_fill(words(), text, &filled, &e) == WORDS_E_WRONG && *e.text, "%s", text);
}

Test(words, a_name_is_replaced_by_its_text)
{
    fills("a $n.csv ${name}-$yes$none$$", "a 96300.csv 样例\"一\"-true$");
    refuses("$other");
    refuses("$ n");
    refuses("${n");
    refuses("${n:wide}");
    refuses("${n:0}");
}

Test(words, a_form_changes_how_it_reads)
{
    fills("${n:milli} ${minus:milli} ${text:number} ${text:points}", "96.300 -0.005 12 12.000");
    fills("[${n:milli:-8}] [${name:+10}] [${n:+3}] [${name:2}]",
          "[  96.300] [样例\"一\"  ] [96300 ] [样例]");
    fills("${yes:mark}${none:mark}", "! ");
    refuses("${name:number}");
    refuses("${name:milli}");
    refuses("${name:points}");
}

Test(words, a_value_comes_into_a_json_as_a_value)
{
    struct errtext e = {0};
    json_t
        *json = NULL,
        *wanted = json_loads(
            "{\"t\": \"样例\\\"一\\\" 96300\", \"v\": \"样例\\\"一\\\"\", \"n\": 12, \"m\": 96.3,"
            " \"list\": [{\"k\": \"b\"}, {\"k\": \"a\"}], \"none\": null}",
            0, NULL);

    cr_assert(words_json(words(),
                         "{\"t\": \"$name $n\", \"v\": $name, \"n\": ${text:number},"
                         " \"m\": ${n:milli}, \"list\": $list, \"none\": $none}",
                         &json, NULL, &e) == 0,
              "%s", e.text);
    cr_assert(json_equal(json, wanted));
    json_decref(json);
    json_decref(wanted);
    cr_assert(words_json(words(), "{\"a\": ${name:2}}", &json, NULL, &e) == WORDS_E_WRONG);
}

Test(words, a_member_is_found_at_its_path)
{
    cr_assert(eq(str, (char *)words_text(a, words_member(a, names, "list.1.k")), "a"));
    cr_assert(eq(str, (char *)words_text(a, words_member(a, names, "list.#")), "2"));
    cr_assert(words_member(a, names, ".") == names);
    cr_assert(words_member(a, names, "list.2.k") == NULL);
    cr_assert(words_member(a, names, "list.x") == NULL);
    cr_assert(words_member(a, names, "n.deep") == NULL);
    cr_assert(words_member(a, names, "list.") == NULL);
}

Test(words, rows_are_chosen_and_ordered)
{
    static const char csv[] = "k,v\nb,1\na,2\nc,1\na,1\n";
    char ordered[] = "[{\"k\":\"a\",\"v\":\"1\"},{\"k\":\"b\",\"v\":\"1\"},"
                     "{\"k\":\"c\",\"v\":\"1\"}]";
    struct errtext e = {0};
    json_t *rows;

    cr_assert(rows_of_csv(a, csv, sizeof(csv) - 1, &rows, &e) == 0);
    rows_where(a, rows, "v", "1");
    rows_order(a, rows, "k");
    cr_assert(eq(str, (char *)words_text(a, rows), ordered));
    json_decref(rows);
    cr_assert(rows_of_csv(a, "k,v\nb\n", 6, &rows, &e) == ROWS_E_WRONG);
    cr_assert(rows_of_list(names, &rows, &e) == ROWS_E_WRONG);
    cr_assert(rows_of_list(json_object_get(names, "list"), &rows, &e) == 0);
    json_decref(rows);
}
