/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/play/scenario.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#define HEAD "district 310105\nstarts 2023-03-20T08:00:00+08:00\nonce p-2023\n" /* three lines */

static struct arena *a;

static void begin(void)
{
    a = arena_new();
}

static void end(void)
{
    arena_free(a);
}

TestSuite(scenario, .init = begin, .fini = end);

static const struct scenario *parse(const char *text)
{
    struct scenario *s;
    struct scenario_finding *f = scenario_parse(a, NULL, text, strlen(text), &s);

    cr_assert(f == NULL, "line %d: %s", f->line, f->message);
    return s;
}

/* The one finding of HEAD and @text is at @line and says @message. */
static void refused(const char *text, int line, const char *message)
{
    const char *all = arena_printf(a, HEAD "%s", text);
    struct scenario *s;
    struct scenario_finding *f = scenario_parse(a, NULL, all, strlen(all), &s);

    cr_assert(f && !s, "nothing was found in: %s", text);
    cr_expect(f->line == line && strstr(f->message, message), "%s: line %d: %s", text, f->line,
              f->message);
    cr_expect(f->next == NULL, "%s: one more: %s", text, f->next ? f->next->message : "");
}

Test(scenario, head_and_steps_are_read_with_their_lines)
{
    const struct scenario *s =
        parse("# a comment\n" HEAD "\n  as housing district@310105/x 样例 局 \n"
              "do POST /lists {\n  \"a\": \"}\",\n  \"b\": [1]\n}\nsettle");

    cr_assert(eq(str, (char *)s->district, "310105"));
    cr_assert(eq(str, (char *)s->once, "p-2023"));
    cr_assert(eq(sz, s->n, 6));
    cr_assert(s->steps[3].verb == SCENARIO_AS && s->steps[3].line == 6);
    cr_assert(eq(str, (char *)s->steps[3].words[1], "district@310105/x"));
    cr_assert(eq(str, (char *)s->steps[3].rest, "样例 局"));
    cr_assert(eq(str, (char *)s->steps[4].rest, "{\n  \"a\": \"}\",\n  \"b\": [1]\n}"));
    cr_assert(s->steps[5].verb == SCENARIO_SETTLE && s->steps[5].line == 11);
}

Test(scenario, a_text_is_in_two_languages_and_print_keeps_its_blanks)
{
    const struct scenario *s =
        parse(HEAD "say one thing | 一件事\nset x 1\nprint   $x  ${x:-8}\nprint");

    cr_assert(eq(str, (char *)s->steps[3].rest, "one thing"));
    cr_assert(eq(str, (char *)s->steps[3].zh, "一件事"));
    cr_assert(eq(str, (char *)s->steps[5].rest, "  $x  ${x:-8}"));
    cr_assert(eq(str, (char *)s->steps[6].rest, ""));
    refused("say one thing", 4, "both languages");
    refused("print one thing | another", 4, "both languages");
    refused("at 2023-04-01T09:00:00+08:00 one thing", 4, "both languages");
}

Test(scenario, a_loop_knows_its_end)
{
    const struct scenario *s = parse(
        HEAD "list a /a\neach a where b c by d\n  each a\n  end\nend\nsay $rows: 一 | $rows：一");

    cr_assert(eq(sz, s->steps[4].end, 7));
    cr_assert(eq(sz, s->steps[5].end, 6));
    refused("end", 4, "no each");
    refused("\nlist a /a\neach a\nsettle", 6, "has no end");
    refused("each nothing\nend", 4, "nothing is called nothing");
    refused("list a /a\neach a where b\nend", 5, "something is missing");
    refused("list a /a\neach a with b\nend", 5, "something is missing");
}

Test(scenario, what_is_wrong_is_refused_by_its_line)
{
    refused("dance", 4, "no step 'dance'");
    refused("\n# x\nsettle now", 6, "one word too many: now");
    refused("do POST", 4, "something is missing: do METHOD PATH");
    refused("do SEND /a", 4, "not a method");
    refused("do POST a", 4, "not a path");
    refused("as housing district", 4, "something is missing: as");
    refused("as housing @310105 样例", 4, "something is missing: as");
    refused("at soon then | 随后", 4, "not an instant");
    refused("at 2023-04-02T09:00:00+08:00 one | 一\nat 2023-04-01T09:00:00+08:00 two | 二", 5,
            "stands behind");
    refused("district 310000", 4, "stands twice");
    refused("set Name 1", 4, "not a name");
    refused("file x \xff", 4, "UTF-8");
}

Test(scenario, json_is_refused_by_the_line_of_its_mistake)
{
    refused("do POST /a {\n  \"a\": 1,\n  \"b\" 2\n}", 6, "not JSON");
    refused("do POST /a {\"a\": 1", 4, "does not end");
    refused("do POST /a {\"a\": 1} more", 4, "behind the JSON: more");
    refused("set x {\"a\": 1, \"a\": 2}", 4, "not JSON");
    refused("set x", 4, "not JSON");
}

Test(scenario, a_name_that_nothing_set_is_refused)
{
    refused("get /a/$b", 4, "nothing is called b");
    refused("do POST /a {\n\"a\": \"${b}\"}", 4, "nothing is called b");
    refused("say $b：一", 4, "nothing is called b");
    refused("get /a/$", 4, "a name is expected");
    refused("keep b id\nget /a/${b:wide}", 5, "no form 'wide'");
    parse(HEAD "keep b id\nget /a/$b/${b}\ndo POST /$$ {\"$b\": $b, \"n\": ${b:number}}");
    parse(HEAD "list a /a\neach a\n  get /a/$any_member\nend");
}

Test(scenario, without_a_head_there_is_no_scenario)
{
    struct scenario *s;

    cr_assert(scenario_parse(a, NULL, "settle\n", 7, &s) != NULL && s == NULL);
    cr_assert(scenario_parse(a, NULL, "", 0, &s) != NULL && s == NULL);
}
