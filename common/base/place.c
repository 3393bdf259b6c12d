/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/place.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/defs.h"

#include "common/base/banned.h"

enum { FOLDERS_ABOVE = 2 }; /* bin/ and libexec/hongping/ */

static char share[PATH_MAX];
static char shipped[PATH_MAX + sizeof("/hongping")];
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Cuts the last name off @path; false when there is none left. */
static bool go_up(char *path)
{
    char *slash = strrchr(path, '/');

    if (!slash)
        return false;
    *slash = '\0';
    return true;
}

static bool look_in(const char *folder)
{
    char name[PATH_MAX + sizeof("/share/hongping")];

    snprintf(name, sizeof(name), "%s/share/hongping", folder);
    return access(name, F_OK) == 0;
}

static void look(void)
{
    char folder[PATH_MAX], first[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", folder, sizeof(folder) - 1);
    bool found = false;

    folder[size > 0 ? size : 0] = '\0';
    (void)go_up(folder); /* the program's name */
    snprintf(first, sizeof(first), "%s", folder);
    (void)go_up(first);
    for (int i = 0; i < FOLDERS_ABOVE && !found && go_up(folder); i++)
        found = look_in(folder);
    snprintf(share, sizeof(share), "%.*s/share", PATH_MAX - 8, found ? folder : first);
    snprintf(shipped, sizeof(shipped), "%s/hongping", share);
}

const char *place_share(void)
{
    pthread_once(&once, look);
    return share;
}

const char *place_shipped(void)
{
    const char *said = getenv("HONGPING_SHARE");

    pthread_once(&once, look);
    return said && *said ? said : shipped;
}
