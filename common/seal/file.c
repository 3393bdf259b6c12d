/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/seal/durable.h"
#include "common/seal/line.h"

#include "common/base/banned.h"

enum { BLOCK = 64 * 1024, CATCH_UP_MAX = 16 * 1024 * 1024 };

struct seal_log {
    int fd;
    char *path;
    char *copy_path; /* NULL: no copy */
    int copy_fd;     /* -1: not open at the moment */
    struct seal_log_state state;
    bool littered; /* bytes of a failed batch may stand behind state.size */
    struct str batch;
};

const struct seal_log_state *seal_log_state(const struct seal_log *l)
{
    return &l->state;
}

/* All of @size bytes at @offset. */
static int read_at(int fd, void *to, size_t size, int64_t offset)
{
    char *at = to;

    while (size) {
        ssize_t got = pread(fd, at, size, (off_t)offset);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return err_raise(got < 0 ? -errno : -EIO);
        at += got;
        offset += got;
        size -= (size_t)got;
    }
    return 0;
}

/* ---- the file's end ---- */

/*
 * Where the last whole line ends. A line is whole when it has its newline and no NUL: after a crash
 * of the machine a page that was not written yet reads as NULs, even before one that was.
 */
static int find_end(int fd, int64_t size, int64_t *ret_end)
{
    char block[BLOCK];
    int64_t end = size, at = size;
    bool whole = false; /* the line that ends at @end, as far as it was looked at */

    while (at > 0) {
        size_t n = at < BLOCK ? (size_t)at : BLOCK;
        int r = read_at(fd, block, n, at - (int64_t)n);

        if (r)
            return r;
        for (size_t i = n; i > 0; i--) {
            char c = block[i - 1];

            if (c == '\n') {
                if (whole)
                    goto out;
                end = at - (int64_t)n + (int64_t)i; /* behind this newline */
                whole = true;
            } else if (c == '\0') {
                whole = false;
            }
        }
        at -= (int64_t)n;
    }
    if (!whole)
        end = 0;
out:
    *ret_end = end;
    return 0;
}

static int look_at_end(struct seal_log *l)
{
    struct stat st;
    int64_t end;
    int r;

    if (fstat(l->fd, &st) != 0)
        return err_raise(-errno);
    if (!S_ISREG(st.st_mode))
        return err_raise(-EINVAL);
    r = find_end(l->fd, st.st_size, &end);
    if (r)
        return r;
    if (end != st.st_size && (ftruncate(l->fd, end) != 0 || fsync(l->fd) != 0))
        return err_raise(-errno);
    l->state.size = end;
    l->state.cut = st.st_size - end;
    return 0;
}

/* ---- the copy ---- */

static void copy_failed(struct seal_log *l, const char *what, int error)
{
    l->state.copy_failures++;
    errtext_set(&l->state.copy_error, "%s: %s", l->copy_path, error ? strerror(error) : what);
    if (l->copy_fd >= 0)
        close(l->copy_fd);
    l->copy_fd = -1; /* opened anew: a mount that came back has other descriptors */
}

/* Whether the copy ends with what the file has there; on error what reading says. */
static int compare_end(struct seal_log *l, int64_t copied, bool *ret_same)
{
    char ours[BLOCK], theirs[BLOCK];
    size_t n = copied < BLOCK ? (size_t)copied : BLOCK;
    int r = 0;

    if (copied > l->state.size) {
        *ret_same = false;
        return 0;
    }
    r = read_at(l->fd, ours, n, copied - (int64_t)n);
    if (!r)
        r = read_at(l->copy_fd, theirs, n, copied - (int64_t)n);
    if (!r)
        *ret_same = memcmp(ours, theirs, n) == 0;
    return r;
}

/* Open the copy if it is not, and find how far it got. False: not now. */
static bool copy_open(struct seal_log *l)
{
    struct stat ours, theirs;
    bool same = false;
    int r;

    if (l->copy_fd >= 0)
        return true;
    l->state.copy = SEAL_COPY_BEHIND;
    l->state.copy_missing = l->state.size;
    l->copy_fd = open(l->copy_path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644);
    if (l->copy_fd < 0 || fstat(l->copy_fd, &theirs) != 0 || fstat(l->fd, &ours) != 0) {
        copy_failed(l, NULL, errno);
        return false;
    }
    if (!S_ISREG(theirs.st_mode) ||
        (theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino)) {
        copy_failed(l, "it is the seal file itself, or no file", 0);
        return false;
    }
    if (flock(l->copy_fd, LOCK_EX | LOCK_NB) != 0) {
        copy_failed(l, "another process writes it", errno == EWOULDBLOCK ? 0 : errno);
        return false;
    }
    r = compare_end(l, theirs.st_size, &same);
    if (r) {
        copy_failed(l, NULL, -r);
        return false;
    }
    if (!same) {
        copy_failed(l, "it is no copy of the seal file", 0);
        l->state.copy = SEAL_COPY_DIFFERS;
        return false;
    }
    l->state.copy_missing = l->state.size - theirs.st_size;
    return true;
}

/* The next bytes the copy lacks; false when they could not be written. */
static bool copy_some(struct seal_log *l, size_t limit, size_t *ret_n)
{
    char block[BLOCK];
    size_t n = limit < BLOCK ? limit : BLOCK;
    ssize_t put;

    if ((int64_t)n > l->state.copy_missing)
        n = (size_t)l->state.copy_missing;
    int r = read_at(l->fd, block, n, l->state.size - l->state.copy_missing);

    if (r) {
        copy_failed(l, NULL, -r);
        return false;
    }
    put = write(l->copy_fd, block, n);
    if (put <= 0) {
        copy_failed(l, NULL, put < 0 ? errno : EIO);
        return false;
    }
    l->state.copy_missing -= put;
    *ret_n = (size_t)put;
    return true;
}

static void copy_on(struct seal_log *l)
{
    size_t room = CATCH_UP_MAX, n;

    if (!l->copy_path || l->state.copy == SEAL_COPY_DIFFERS || !copy_open(l))
        return;
    l->state.copy = SEAL_COPY_BEHIND;
    while (l->state.copy_missing > 0 && room > 0) {
        if (!copy_some(l, room, &n))
            return;
        room -= n;
    }
    if (fdatasync(l->copy_fd) != 0) {
        copy_failed(l, NULL, errno);
        return;
    }
    if (!l->state.copy_missing)
        l->state.copy = SEAL_COPY_WHOLE;
}

/* ---- open, append ---- */

static int open_file(struct seal_log *l)
{
    l->fd = open(l->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644);
    if (l->fd < 0)
        return err_raise(-errno);
    if (flock(l->fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? SEAL_LOG_E_LOCKED : err_raise(-errno);
    return look_at_end(l);
}

int seal_log_open(const char *path, const char *copy, struct seal_log **ret_log, struct errtext *e)
{
    CLEANUP(seal_log_close) struct seal_log *l = calloc(1, sizeof(*l));
    int r;

    if (!l)
        abort();
    l->fd = l->copy_fd = -1;
    l->batch = STR_INIT;
    l->path = strdup(path);
    l->copy_path = copy && *copy ? strdup(copy) : NULL;
    if (!l->path || (copy && *copy && !l->copy_path))
        abort();
    r = open_file(l);
    if (!r)
        r = durable_name(path);
    if (r) {
        errtext_set(e, "%s: %s", path,
                    r == SEAL_LOG_E_LOCKED ? "another process writes it" : strerror(-r));
        return r;
    }
    copy_on(l);
    *ret_log = TAKE(l);
    return 0;
}

void seal_log_close(struct seal_log *l)
{
    if (!l)
        return;
    if (l->fd >= 0)
        close(l->fd);
    if (l->copy_fd >= 0)
        close(l->copy_fd);
    str_release(&l->batch);
    free(l->path);
    free(l->copy_path);
    free(l);
}

/* Nothing may follow the last whole line, or the next one would be joined to it. */
static int clean_end(struct seal_log *l)
{
    if (l->littered && ftruncate(l->fd, (off_t)l->state.size) != 0)
        return err_raise(-errno);
    l->littered = false;
    return 0;
}

static int add_batch(struct seal_log *l)
{
    ssize_t put;
    int r = clean_end(l);

    if (r)
        return r;
    do
        put = write(l->fd, l->batch.text, l->batch.size);
    while (put < 0 && errno == EINTR);
    if (put < 0)
        r = err_raise(-errno);
    else if ((size_t)put < l->batch.size)
        r = err_raise(-ENOSPC);
    else if (fdatasync(l->fd) != 0)
        r = err_raise(-errno);
    if (!r) {
        l->state.size += put;
        return 0;
    }
    l->littered = true;
    if (clean_end(l) != 0)
        err_note(r, __FILE__, __LINE__); /* the next append tries again before it writes */
    return r;
}

int seal_log_append(struct seal_log *l, const struct seal_signed *lines, size_t n,
                    struct errtext *e)
{
    int r;

    str_clear(&l->batch);
    for (size_t i = 0; i < n; i++) {
        seal_signed_format(&lines[i], &l->batch);
        str_add_char(&l->batch, '\n');
    }
    if (n) {
        r = add_batch(l);
        if (r) {
            errtext_set(e, "%s: %s", l->path, strerror(-r));
            return r;
        }
        l->state.copy_missing += l->copy_path ? (int64_t)l->batch.size : 0;
    }
    copy_on(l);
    return l->copy_path && l->state.copy != SEAL_COPY_WHOLE ? SEAL_LOG_E_COPY : 0;
}
