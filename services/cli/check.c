/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/service/snapshot/snapshot_name.h"
#include "services/cli/say.h"
#include "services/cli/stack/stack.h"

#include "common/base/banned.h"

int check_service(const char *name)
{
    for (const char *const *s = stack_services; *s; s++)
        if (strcmp(*s, name) == 0)
            return CLI_DONE;
    return say_usage(tr("there is no service '%s'"), name);
}

int check_district(const char *code)
{
    if (region_level(code) == REGION_BAD)
        return say_usage(tr("'%s' is no district's code: write 310105"), code);
    return CLI_DONE;
}

int check_month(const char *month)
{
    static const char form[] = "0000-00";
    char first[sizeof(form) + 3];
    int32_t day;

    snprintf(first, sizeof(first), "%s-01", month);
    if (strlen(month) != strlen(form) || day_parse(first, &day))
        return say_usage(tr("'%s' is no month: write 2026-10"), month);
    return CLI_DONE;
}

int check_snapshot_name(const char *name)
{
    if (!snapshot_is_name(name))
        return say_usage(tr("'%s' is no name for a file in the stack's archive folder: at most 100 "
                            "letters, digits, dots, underscores and hyphens, a letter or digit "
                            "first, not ending in .jsonl or .part"),
                         name);
    return CLI_DONE;
}

int check_position(const char *text, int64_t low, int64_t *ret_n)
{
    char *end;

    errno = 0;
    *ret_n = strtoll(text, &end, 10);
    if (errno || end == text || *end || *ret_n < low)
        return say_usage(tr("'%s' is no number from %lld on"), text, (long long)low);
    return CLI_DONE;
}

int check_result_file(const char *path, bool force)
{
    char dir[4096], *slash;
    struct stat st;

    if (!path)
        return CLI_DONE;
    if (snprintf(dir, sizeof(dir), "%s", path) >= (int)sizeof(dir))
        return say_fault(tr("%s: the path is too long"), path);
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return say_fault("%s: %s", path, strerror(EISDIR));
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && !force) {
        say_about("file_exists", NULL, NULL);
        return say_fault(tr("%s is there already; --force replaces it"), path);
    }
    slash = strrchr(dir, '/');
    if (slash)
        slash[slash == dir] = '\0';
    if (access(slash ? dir : ".", W_OK | X_OK) != 0)
        return say_fault("%s: %s", path, strerror(errno));
    return CLI_DONE;
}

bool is_registry_kind(const char *kind)
{
    static const char *const kinds[] = {"enterprises", "managers", "experts",   "sites",
                                        "projects",    "regions",  "committees"};

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(kinds[i], kind) == 0)
            return true;
    return false;
}
