/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/table.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/document/decode.h"
#include "common/document/xlsx.h"
#include "services/cli/file.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

enum { CSV_LIMIT = 4 << 20 };
extern char **environ;

/* ---- a workbook, in a child ---- */

/* Start "hongping table" with @in and @out as its input and output. */
static int start(int in, int out, pid_t *ret_pid)
{
    char *argv[] = {(char *)"hongping", (char *)"table", NULL};
    posix_spawn_file_actions_t actions;
    int r;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    r = posix_spawn(ret_pid, "/proc/self/exe", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return r ? -r : 0;
}

static int collect(FILE *out, pid_t pid, char **ret_csv)
{
    struct str csv = STR_INIT;
    int status = 0;
    char buf[65536];
    size_t n;

    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    rewind(out);
    while (csv.size <= CSV_LIMIT && (n = fread(buf, 1, sizeof(buf), out)) > 0)
        str_add_bytes(&csv, buf, n);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || csv.size > CSV_LIMIT) {
        bool large = csv.size > CSV_LIMIT;

        str_release(&csv);
        return large ? -EFBIG : -EINVAL;
    }
    *ret_csv = str_detach(&csv);
    return 0;
}

/* Files without names between the two, so that neither waits for the other. */
static int read_workbook(const char *bytes, size_t size, char **ret_csv)
{
    FILE *in = tmpfile(), *out = tmpfile();
    pid_t pid;
    int r = in && out ? 0 : -errno;

    if (!r && (fwrite(bytes, 1, size, in) != size || fflush(in) || fseek(in, 0, SEEK_SET)))
        r = -EIO;
    if (!r)
        r = start(fileno(in), fileno(out), &pid);
    if (!r)
        r = collect(out, pid, ret_csv);
    if (in)
        fclose(in);
    if (out)
        fclose(out);
    return r;
}

/* ---- text ---- */

static int read_text(const char *path, const char *bytes, size_t size, char **ret_csv,
                     struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct errtext why = {0};
    int line, column;
    const char *text;

    if (size > CSV_LIMIT) {
        errtext_set(e, "%s: %s", path, strerror(EFBIG));
        return -EFBIG;
    }
    if (text_decode(a, bytes, size, &text, &size, &line, &column, &why)) {
        errtext_set(e, "%s:%d:%d: %s", path, line, column, tr(why.text));
        return -EINVAL;
    }
    *ret_csv = strdup(text);
    return *ret_csv ? 0 : err_raise(-ENOMEM);
}

int table_read(const char *path, char **ret_csv, struct errtext *e)
{
    char *bytes = NULL;
    size_t size;
    int r = read_file(path, XLSX_FILE_MAX, &bytes, &size, e);

    if (r)
        return r;
    if (size > 4 && memcmp(bytes, "PK\3\4", 4) == 0) {
        r = read_workbook(bytes, size, ret_csv);
        if (r)
            errtext_set(e, tr("%s: this workbook cannot be read"), path);
    } else {
        r = read_text(path, bytes, size, ret_csv, e);
    }
    free(bytes);
    return r;
}
