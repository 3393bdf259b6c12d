/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "services/cli/commands/commands.h"
#include "services/cli/say.h"

static void translated(const char *msgid)
{
    if (msgid && *msgid)
        cr_expect(strcmp(text_in(LANGUAGE_ZH, msgid), msgid) != 0, "not in po/zh_CN.po: %s", msgid);
}

static void options_translated(const struct arg_option *options)
{
    for (const struct arg_option *o = options; o && o->name; o++)
        translated(o->help);
}

Test(commands, every_help_text_is_translated)
{
    text_init(HP_BUILD_DIR "/share");
    options_translated(args_common);
    for (const struct command *c = commands; c->name; c++) {
        translated(c->summary);
        translated(c->text);
        if (!c->hidden)
            options_translated(c->options);
    }
}

Test(commands, names_are_unique_and_each_has_its_function)
{
    for (const struct command *c = commands; c->name; c++) {
        cr_expect(c->run != NULL && c->low <= c->high);
        for (const struct command *other = commands; other != c; other++)
            cr_expect(strcmp(other->name, c->name) != 0, "%s stands twice", c->name);
    }
}
