/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/str.h"
#include "common/base/yaml.h"

static struct arena *a;
static struct errtext why;
static int line, column;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

TestSuite(yaml, .init = setup, .fini = teardown);

static struct ynode *parsed(const char *text)
{
    struct ynode *root = NULL;

    cr_assert_eq(yaml_parse(a, text, strlen(text), &root, &line, &column, &why), 0, "%s", why.text);
    return root;
}

static void refused(const char *text, int want_line, int want_column)
{
    struct ynode *root = NULL;

    cr_assert_eq(yaml_parse(a, text, strlen(text), &root, &line, &column, &why), YAML_E_SYNTAX,
                 "accepted: %s", text);
    cr_assert_null(root);
    cr_assert_eq(line, want_line, "%s: line %d: %s", text, line, why.text);
    cr_assert_eq(column, want_column, "%s: column %d: %s", text, column, why.text);
    cr_assert_neq(why.text[0], 0);
}

Test(yaml, every_node_knows_its_place)
{
    struct ynode *root = parsed("名称: 示范小区\nquota:\n  - 5\n  - \"10\"\n"), *quota;

    cr_assert_eq(root->kind, YNODE_MAP);
    cr_assert_eq(root->n_items, 2);
    cr_assert_str_eq(ynode_get(root, "名称")->text, "示范小区");
    cr_assert_eq(ynode_get(root, "名称")->line, 1);
    cr_assert_eq(ynode_get(root, "名称")->column, 5);
    quota = ynode_get(root, "quota");
    cr_assert_eq(quota->kind, YNODE_LIST);
    cr_assert_str_eq(quota->key, "quota");
    cr_assert_eq(quota->key_line, 2);
    cr_assert_eq(quota->key_column, 1);
    cr_assert_eq(quota->n_items, 2);
    cr_assert_null(quota->items[0]->key);
    cr_assert_eq(quota->items[1]->line, 4);
    cr_assert_eq(quota->items[1]->column, 5);
}

Test(yaml, quotes_are_remembered)
{
    struct ynode *list = parsed("[5, '5', \"5\", ~]");

    cr_assert_not(list->items[0]->quoted);
    cr_assert(list->items[1]->quoted);
    cr_assert(list->items[2]->quoted);
    cr_assert_str_eq(list->items[3]->text, "~");
}

Test(yaml, blocks_are_text)
{
    struct ynode *n = ynode_get(parsed("why: |\n  one\n  two\n"), "why");

    cr_assert_str_eq(n->text, "one\ntwo\n");
    cr_assert(n->quoted);
}

Test(yaml, absent_keys_and_other_kinds_give_null)
{
    struct ynode *list = parsed("[a]");

    cr_assert_null(ynode_get(list, "a"));
    cr_assert_null(ynode_get(NULL, "a"));
    cr_assert_null(ynode_get(parsed("a: 1"), "b"));
}

Test(yaml, refuses_what_a_reader_would_not_see)
{
    refused("a: &x 1\nb: *x\n", 1, 4);
    refused("b: *x\n", 1, 4);
    refused("a: !!str 1\n", 1, 4);
    refused("a: &x [1]\n", 1, 4);
    refused("a: !m {b: 1}\n", 1, 4);
    refused("a: \"x\\0y\"\n", 1, 4);
    refused("? [a]\n: 1\n", 1, 3);
    refused("a: 1\n---\nb: 2\n", 2, 1);
}

Test(yaml, refuses_a_key_the_second_time_it_appears)
{
    refused("a: 1\nb: 2\na: 3\nb: 4\n", 3, 1);
    refused("x:\n  - {k: 1, k: 2}\n", 2, 12);
    cr_assert_not_null(strstr(why.text, "k"));
}

Test(yaml, refuses_an_empty_document)
{
    refused("", 1, 1);
    refused("# only a remark\n", 1, 1);
}

Test(yaml, points_at_the_place_of_a_mistake)
{
    refused("a: 1\nb: [1, 2\nc: 3\n", 3, 2);
    refused("a: 1\n  b: 2\n", 2, 4);
    refused("ok: 1\nx: \t\"\n", 3, 1);
}

Test(yaml, refuses_bytes_that_are_not_utf8)
{
    refused("a: 1\nb: \xFF\n", 2, 4);
    refused("红: \x01\n", 1, 4);
}

Test(yaml, allows_depth_32_and_no_more)
{
    char text[80];

    memset(text, '[', 33);
    memset(text + 33, ']', 33);
    text[66] = 0;
    refused(text, 1, 33);
    text[65] = 0;
    cr_assert_not_null(parsed(text + 1));
}

Test(yaml, refuses_more_than_four_mebibytes)
{
    char *big = arena_alloc(a, 4 * 1024 * 1024 + 1);
    struct ynode *root;

    memset(big, ' ', 4 * 1024 * 1024 + 1);
    cr_assert_eq(yaml_parse(a, big, 4 * 1024 * 1024 + 1, &root, &line, &column, NULL),
                 YAML_E_SYNTAX);
}

Test(yaml, many_keys_are_checked_without_squaring)
{
    CLEANUP(str_release) struct str s = STR_INIT;

    for (int i = 0; i < 20000; i++)
        str_printf(&s, "k%d: %d\n", i, i);
    cr_assert_eq(parsed(s.text)->n_items, 20000);
    str_add(&s, "k7: again\n");
    refused(s.text, 20001, 1);
}

Test(yaml, torn_documents_end_in_an_answer)
{
    static const char text[] = "a: {b: [1, \"二\", 'x'], c: |\n  t\n}\nd:\n  - e: >-\n      f\n";
    struct ynode *root;

    for (size_t n = 0; n < sizeof(text); n++) {
        int r = yaml_parse(a, text, n, &root, &line, &column, &why);

        cr_assert(r == 0 || (r == YAML_E_SYNTAX && line > 0 && column > 0));
    }
}
