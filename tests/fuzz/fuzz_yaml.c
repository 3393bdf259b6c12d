/* SPDX-License-Identifier: Apache-2.0 */
/* Any YAML text: every node has a place within the text, every child of a map its key. */
#include <string.h>

#include "common/base/str.h"
#include "common/base/yaml.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

static void walk(const struct ynode *n, int lines, int depth)
{
    CHECK(depth <= 64);
    CHECK(n->line >= 1 && n->line <= lines && n->column >= 1);
    if (n->kind == YNODE_SCALAR)
        CHECK(n->text && utf8_valid(n->text, strlen(n->text), NULL));
    for (size_t i = 0; i < n->n_items; i++) {
        CHECK(n->kind != YNODE_SCALAR);
        if (n->kind == YNODE_MAP)
            CHECK(ynode_get(n, n->items[i]->key) == n->items[i]);
        walk(n->items[i], lines, depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    char *text = fuzz_text(data, size);
    struct errtext e = {0};
    struct ynode *root = NULL;
    int line = 0, column = 0, lines = 2;
    int r = yaml_parse(a, text, size, &root, &line, &column, &e);

    for (size_t i = 0; i < size; i++) /* whatever YAML takes for the end of a line */
        lines += text[i] == '\n' || text[i] == '\r' || (text[i] & 0x80);
    CHECK(r == 0 || r == YAML_E_SYNTAX);
    if (r == 0)
        walk(root, lines, 0);
    else
        CHECK(line >= 1 && column >= 1 && *e.text);
    free(text);
    return 0;
}
