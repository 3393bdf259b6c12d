/* SPDX-License-Identifier: Apache-2.0 */
/* Archives as files: judging one, and making one so that it is whole or not there. */
#include "common/service/archive/archive_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/seal/durable.h"
#include "common/service/job/job.h"

#include "common/base/banned.h"

enum { BLOCK = 256 * 1024 };

const char *archive_path(const struct service *svc, const char *file, char buf[ARCHIVE_PATH])
{
    snprintf(buf, ARCHIVE_PATH, "%s/%s", svc->set.archive_folder, file);
    return buf;
}

const char *archive_name(struct arena *a, const struct service *svc, const char *ledger,
                         const char *district, const char *month)
{
    return arena_printf(a, "%s.%s.%s.%s.jsonl", svc->spec->name, ledger, district, month);
}

/* ---- judging ---- */

static const char *const reasons[] = {
    [ARCHIVE_HOLDS] = "archive_holds",
    [ARCHIVE_ABSENT] = "archive_absent",
    [ARCHIVE_UNREADABLE] = "archive_unreadable",
    [ARCHIVE_SWAPPED] = "archive_swapped",
    [ARCHIVE_CUT] = "archive_cut",
    [ARCHIVE_CHANGED] = "archive_changed",
};

const char *archive_state_reason(enum archive_state state)
{
    return reasons[state];
}

struct judge {
    const struct archive_want *want;
    const struct archive_step *step;
    bool cut, stopped;
};

static void on_fault(void *data, const struct seal_fault *fault)
{
    struct judge *j = data;

    j->cut |= fault->reason == SEAL_R_END || fault->reason == SEAL_R_TORN;
}

static void on_seal(void *data, const struct archive_seal *seal, int64_t line)
{
    struct judge *j = data;

    (void)line;
    if (!j->stopped && j->step)
        j->stopped = j->step->step(j->step->arg, seal->last - j->want->first + 1);
}

static bool is_wanted(const struct archive_head *head, const struct archive_want *want)
{
    return seal_chain_equal(&head->chain, &want->chain) && head->first == want->first &&
           head->last == want->last &&
           memcmp(head->previous, want->previous, sizeof(head->previous)) == 0;
}

static int digest_file(FILE *f, uint8_t ret_sha256[DIGEST_SIZE])
{
    CLEANUP(digest_free) struct digest *d = digest_new(DIGEST_SHA256);
    char *block = malloc(BLOCK);
    size_t n;
    int r;

    CHECK(block);
    rewind(f);
    errno = 0;
    while ((n = fread(block, 1, BLOCK, f)) > 0)
        digest_add(d, block, n);
    r = ferror(f) ? err_raise(errno ? -errno : -EIO) : 0;
    free(block);
    digest_finish(d, ret_sha256);
    return r;
}

static enum archive_state judge_file(FILE *f, struct judge *j, uint8_t ret_sha256[DIGEST_SIZE])
{
    const struct archive_listener listener = {{on_fault, j}, on_seal, j};
    struct archive_head *head = calloc(1, sizeof(*head));
    struct archive_sum sum = {0};
    enum archive_state state;
    struct errtext e;
    int r;

    CHECK(head);
    r = archive_check(f, &listener, head, &sum, &e);
    if (r)
        state = r < 0 ? ARCHIVE_UNREADABLE : ARCHIVE_CHANGED;
    else if (!is_wanted(head, j->want))
        state = ARCHIVE_SWAPPED;
    else if (sum.faults)
        state = j->cut ? ARCHIVE_CUT : ARCHIVE_CHANGED;
    else
        state = memcmp(sum.hash, j->want->hash, DIGEST_SIZE) == 0 ? ARCHIVE_HOLDS : ARCHIVE_CHANGED;
    free(head);
    if (state == ARCHIVE_HOLDS && digest_file(f, ret_sha256) != 0)
        state = ARCHIVE_UNREADABLE;
    return state;
}

FILE *archive_open(const char *path, enum archive_state *ret_state)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    FILE *f = NULL;
    struct stat st;

    *ret_state = fd < 0 && errno == ENOENT ? ARCHIVE_ABSENT : ARCHIVE_UNREADABLE;
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        f = fdopen(fd, "r");
    if (!f && fd >= 0)
        close(fd);
    return f;
}

int archive_judge(const char *path, const struct archive_want *want,
                  const struct archive_step *step, enum archive_state *ret_state,
                  uint8_t ret_sha256[DIGEST_SIZE])
{
    struct judge j = {.want = want, .step = step};
    uint8_t unused[DIGEST_SIZE];
    FILE *f = archive_open(path, ret_state);

    if (!f)
        return 0;
    *ret_state = judge_file(f, &j, ret_sha256 ? ret_sha256 : unused);
    fclose(f);
    return j.stopped ? WORK_STOPPED : 0;
}

/* ---- making ---- */

static int make_folder(const char *path, struct errtext *e)
{
    char folder[ARCHIVE_PATH];
    struct stat st;

    snprintf(folder, sizeof(folder), "%s", path);
    *strrchr(folder, '/') = '\0';
    if (mkdir(folder, 0700) == 0) {
        if (durable_name(folder) == 0)
            return 0;
    } else if (errno == EEXIST) {
        if (stat(folder, &st) == 0 && S_ISDIR(st.st_mode) && !(st.st_mode & 077) &&
            st.st_uid == geteuid())
            return 0;
        errtext_set(e, "archive.folder: %s is no folder that only its owner can enter", folder);
        return err_raise(-EACCES);
    }
    errtext_set(e, "archive.folder: %s: %s", folder, strerror(errno));
    return err_raise(errno ? -errno : -EIO);
}

/* Whether @fd is the file that is at @path by now: who had it before may have renamed it. */
static bool is_at(int fd, const char *path)
{
    struct stat there, here;

    return fstat(fd, &here) == 0 && lstat(path, &there) == 0 && here.st_ino == there.st_ino &&
           here.st_dev == there.st_dev;
}

static int open_draft(struct archive_draft *d, struct errtext *e)
{
    int fd = open(d->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0) {
        errtext_set(e, "%s: %s", d->path, strerror(errno));
        return err_raise(-errno);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 || !is_at(fd, d->path)) {
        close(fd);
        return ARCHIVE_E_BUSY;
    }
    d->f = ftruncate(fd, 0) == 0 ? fdopen(fd, "w") : NULL;
    if (!d->f) {
        errtext_set(e, "%s: %s", d->path, strerror(errno));
        close(fd);
        return err_raise(-EIO);
    }
    return 0;
}

int archive_draft_open(struct archive_draft *d, const char *path, struct errtext *e)
{
    int r;

    *d = (struct archive_draft){.f = NULL};
    if ((size_t)snprintf(d->path, sizeof(d->path), "%s.part", path) >= sizeof(d->path)) {
        errtext_set(e, "%s: %s", path, strerror(ENAMETOOLONG));
        return err_raise(-ENAMETOOLONG);
    }
    snprintf(d->final, sizeof(d->final), "%s", path);
    r = make_folder(path, e);
    return r ? r : open_draft(d, e);
}

int archive_draft_keep(struct archive_draft *d, struct errtext *e)
{
    int r = 0;

    if (fflush(d->f) != 0 || fsync(fileno(d->f)) != 0 || rename(d->path, d->final) != 0)
        r = -errno;
    if (r == 0)
        r = durable_name(d->final);
    if (r) {
        errtext_set(e, "%s: %s", d->final, strerror(-r));
        archive_draft_drop(d);
        return err_raise(r);
    }
    fclose(TAKE(d->f));
    return 0;
}

void archive_draft_drop(struct archive_draft *d)
{
    if (!d->f)
        return;
    unlink(d->path);
    fclose(TAKE(d->f));
}
