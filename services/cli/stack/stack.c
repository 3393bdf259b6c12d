/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/stack/stack.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "services/cli/file.h"
#include "services/cli/say.h"
#include "services/cli/stack/supervise.h"

#include "common/base/banned.h"

enum { STOP_LIMIT_S = 60, FILE_LIMIT = 1 << 20 };

const char *const stack_services[] = {"intake",    "scoring", "publicity", "credit",
                                      "reporting", "gateway", NULL};

/* ---- where things are ---- */

const char *stack_path(const char *data, const char *name, char buf[STACK_PATH])
{
    CHECK(snprintf(buf, STACK_PATH, "%s/%s", data, name) < STACK_PATH);
    return buf;
}

char *stack_bin(void)
{
    char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 1);
    char *slash;

    if (size <= 0)
        return NULL;
    path[size] = '\0';
    slash = strrchr(path, '/');
    if (slash && slash != path)
        *slash = '\0';
    return strdup(path);
}

/* The first 8 hex digits of the SHA-256 of @text: short enough for a socket's path. */
static void short_hash(const char *text, char buf[9])
{
    uint8_t value[DIGEST_SIZE];
    char hex[DIGEST_HEX];

    digest_once(DIGEST_SHA256, text, strlen(text), value);
    hex_format(value, 4, hex);
    memcpy(buf, hex, 8);
    buf[8] = '\0';
}

const char *stack_program(const char *bin, const char *name, char buf[STACK_PATH])
{
    if (access(stack_path(bin, name, buf), X_OK) != 0)
        CHECK(snprintf(buf, STACK_PATH, "%s/../libexec/hongping/%s", bin, name) < STACK_PATH);
    return buf;
}

char *stack_socket_dir(const char *data)
{
    char hash[9], *dir;

    short_hash(data, hash);
    return asprintf(&dir, "/tmp/hongping-%u-%s", (unsigned)geteuid(), hash) < 0 ? NULL : dir;
}

char *stack_default_data(void)
{
    const char *shared = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    const struct passwd *user;
    char *dir;
    int n;

    if (geteuid() == 0)
        return strdup("/var/lib/hongping");
    if (shared && *shared == '/') /* another is to be ignored, its specification says */
        return asprintf(&dir, "%s/hongping", shared) < 0 ? NULL : dir;
    if (!home || *home != '/') {
        user = getpwuid(geteuid());
        home = user ? user->pw_dir : "/";
    }
    n = asprintf(&dir, "%s/.local/share/hongping", home);
    return n < 0 ? NULL : dir;
}

/* Make @dir and what is missing above it. PostgreSQL's user must be able to pass through it when we
 * are root. */
static int make_data(const char *dir, struct errtext *e)
{
    char path[PATH_MAX];
    mode_t mode = geteuid() == 0 ? 0711 : 0700;

    if (snprintf(path, sizeof(path), "%s", dir) >= (int)sizeof(path))
        return err_raise(-ENAMETOOLONG);
    for (char *at = path + 1;; at++) {
        char was = *at;

        if (was != '/' && was != '\0')
            continue;
        *at = '\0';
        if (mkdir(path, was ? 0755 : mode) != 0 && errno != EEXIST) {
            errtext_set(e, "%s: %s", path, strerror(errno));
            return STACK_E_FAILED;
        }
        if (!was)
            return 0;
        *at = was;
    }
}

/* The one name of a data directory, whatever way it was said. */
static int resolve(const char *data, bool make, char **ret_data, struct errtext *e)
{
    char *given = data ? strdup(data) : stack_default_data(), *real;
    int r = 0;

    if (!given)
        return err_raise(-ENOMEM);
    if (make)
        r = make_data(given, e);
    real = r ? NULL : realpath(given, NULL);
    if (!r && !real && errno != ENOENT) {
        errtext_set(e, "%s: %s", given, strerror(errno));
        r = STACK_E_FAILED;
    } else if (!r && !real) {
        errtext_set(e, tr("nothing runs in %s"), given);
        r = STACK_E_DOWN;
    } else if (!r && strlen(real) > STACK_DATA_MAX) {
        errtext_set(e, tr("%s: the path is too long"), real);
        r = STACK_E_FAILED;
    }
    free(given);
    if (r)
        free(real);
    else
        *ret_data = real;
    return r;
}

/* ---- is it up ---- */

int stack_lock(const char *data, int *ret_fd, struct errtext *e)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char path[STACK_PATH];
    int fd = open(stack_path(data, "hongping.pid", path), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
                  0600);
    int r;

    if (fd < 0) {
        r = -errno;
        errtext_set(e, "%s: %s", path, strerror(errno));
        return r;
    }
    if (fcntl(fd, F_OFD_SETLK, &whole) == 0) {
        *ret_fd = fd;
        return 0;
    }
    r = errno == EAGAIN || errno == EACCES ? STACK_E_UP : -errno;
    close(fd);
    errtext_set(e, tr("a stack runs in %s already"), data);
    return r;
}

static bool is_up(const char *data)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char path[STACK_PATH];
    bool up;
    int fd;

    fd = open(stack_path(data, "hongping.pid", path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return false;
    up = fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK; /* asks; takes nothing */
    close(fd);
    return up;
}

static void forget_json(struct stack *s)
{
    json_decref(s->json);
    free(s->bus_dir);
    free(s->api);
    free(s->city);
    for (char **d = s->districts; d && *d; d++)
        free(*d);
    free(s->districts);
    s->json = NULL;
    s->bus_dir = s->api = s->city = NULL;
    s->districts = NULL;
}

void stack_free(struct stack *s)
{
    if (!s)
        return;
    forget_json(s);
    free(s->data);
    free(s->password);
    free(s);
}

static char *text_of(const json_t *doc, const char *key)
{
    const char *text = json_string_value(json_object_get(doc, key));

    return strdup(text ? text : "");
}

int stack_refresh(struct stack *s, struct errtext *e)
{
    char path[STACK_PATH], *text;
    const json_t *list;
    json_t *doc;
    int r;

    r = read_file(stack_path(s->data, "stack.json", path), FILE_LIMIT, &text, NULL, e);
    if (r)
        return r == -ENOENT ? STACK_E_DOWN : r;
    doc = json_loads(text, 0, NULL);
    free(text);
    if (!doc) {
        errtext_set(e, tr("%s cannot be read"), path);
        return err_raise(-EBADMSG);
    }
    forget_json(s);
    s->json = doc;
    s->pid = (pid_t)json_integer_value(json_object_get(doc, "pid"));
    s->bus_dir = text_of(doc, "bus_dir");
    s->api = text_of(doc, "api");
    s->city = text_of(doc, "city");
    s->manual_clock = json_is_true(json_object_get(doc, "manual_clock"));
    list = json_object_get(doc, "districts");
    s->districts = calloc(json_array_size(list) + 1, sizeof(*s->districts));
    for (size_t i = 0; s->districts && i < json_array_size(list); i++)
        s->districts[i] = strdup(json_string_value(json_array_get(list, i)));
    return s->districts ? 0 : err_raise(-ENOMEM);
}

int stack_find(const char *data, struct stack **ret_s, struct errtext *e)
{
    CLEANUP(stack_free) struct stack *s = calloc(1, sizeof(*s));
    int r;

    if (!s)
        return err_raise(-ENOMEM);
    r = resolve(data, false, &s->data, e);
    if (!r && !is_up(s->data)) {
        errtext_set(e, tr("nothing runs in %s"), s->data);
        r = STACK_E_DOWN;
    }
    if (r == STACK_E_DOWN)
        say_about("stack_down", NULL, NULL);
    if (r)
        return r;
    r = stack_refresh(s, e);
    if (r == STACK_E_DOWN)
        errtext_set(e, tr("the stack in %s is just starting or stopping"), s->data);
    if (r)
        return r == STACK_E_DOWN ? STACK_E_FAILED : r;
    *ret_s = TAKE(s);
    return 0;
}

int stack_make(const char *data, struct stack **ret_s, struct errtext *e)
{
    CLEANUP(stack_free) struct stack *s = calloc(1, sizeof(*s));
    int r;

    if (!s)
        return err_raise(-ENOMEM);
    r = resolve(data, true, &s->data, e);
    if (r)
        return r;
    if (is_up(s->data)) {
        errtext_set(e, tr("a stack runs in %s already"), s->data);
        return STACK_E_UP;
    }
    *ret_s = TAKE(s);
    return 0;
}

/* ---- stopping, removing ---- */

int stack_stop(struct stack *s, struct errtext *e)
{
    int64_t end = monotonic_now_us() + STOP_LIMIT_S * SECOND_US;
    const struct timespec step = {.tv_nsec = 20000000};

    if (!is_up(s->data))
        return 0;
    if (s->pid <= 0 || kill(s->pid, SIGTERM) != 0) {
        errtext_set(e, tr("the supervisor (process %d) cannot be told to stop: %s"), (int)s->pid,
                    strerror(errno));
        return STACK_E_FAILED;
    }
    while (is_up(s->data)) {
        if (monotonic_now_us() > end) {
            errtext_set(e, tr("the stack in %s does not stop; see its log/hongping.log"), s->data);
            return STACK_E_FAILED;
        }
        nanosleep(&step, NULL);
    }
    (void)waitpid(s->pid, NULL, 0); /* if it is our own child */
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

int stack_remove(const char *data, struct errtext *e)
{
    if (is_up(data)) {
        errtext_set(e, tr("a stack runs in %s already"), data);
        return STACK_E_UP;
    }
    if (nftw(data, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT) {
        errtext_set(e, "%s: %s", data, strerror(errno));
        return STACK_E_FAILED;
    }
    return 0;
}
