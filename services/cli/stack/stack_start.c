/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/stack/stack_start.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/seal/sign.h"
#include "gateway.pb-c.h"
#include "services/cli/file.h"
#include "services/cli/say.h"
#include "services/cli/talk/operator.h"
#include "services/cli/stack/program.h"
#include "services/cli/stack/settings.h"
#include "services/cli/stack/supervise.h"

#include "common/base/banned.h"

enum {
    READY_LIMIT_S = 90, /* a sanitized build on a busy machine is slow */
    ASK_MS = 1000,
    LOOK_MS = 100,
    END_LIMIT_S = 90,      /* longer than a supervisor gives its services and PostgreSQL */
    HOPELESS_RESTARTS = 3, /* of a service that never answered */
    MAX_ARGS = 256,
    REPORT_FD = 3,
};
#define CLOCK_START "2023-01-01T00:00:00+08:00" /* before the first programme that ships */

/* ---- being told to stop ---- */

void stack_ending_signals(sigset_t *set)
{
    struct sigaction hup;

    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    if (sigaction(SIGHUP, NULL, &hup) == 0 && hup.sa_handler != SIG_IGN)
        sigaddset(set, SIGHUP);
}

/* The signals are blocked; one that has come is used up. */
static bool interrupted(struct errtext *e)
{
    const struct timespec at_once = {0};
    sigset_t set;

    stack_ending_signals(&set);
    if (sigtimedwait(&set, NULL, &at_once) <= 0)
        return false;
    errtext_set(e, "%s", tr("interrupted"));
    return true;
}

/* ---- the supervisor ---- */

static int check(const struct stack_spec *spec, const char *bin, struct errtext *e)
{
    char path[STACK_PATH];
    int64_t at;
    int r;

    for (const char *const *set = spec->sets; set && *set; set++) {
        r = settings_check(*set, e);
        if (r)
            return STACK_E_FAILED;
    }
    if (spec->clock_start && instant_parse(spec->clock_start, &at)) {
        errtext_set(e, tr("%s is not an instant: write 2023-04-01T09:00:00+08:00"),
                    spec->clock_start);
        return STACK_E_FAILED;
    }
    if (strlen(bin) > STACK_DATA_MAX) {
        errtext_set(e, tr("%s: the path is too long"), bin);
        return STACK_E_FAILED;
    }
    for (const char *const *s = stack_services; *s; s++)
        if (access(stack_program(bin, *s, path), X_OK) != 0) {
            errtext_set(e, tr("the program %s is not there"), path);
            return STACK_E_FAILED;
        }
    return program_try_settings(bin, spec->sets, e) ? STACK_E_FAILED : 0;
}

/* In the child: become the supervisor. */
static void become(const struct stack_spec *spec, const char *data, const char *bin,
                   const char *const *argv, pid_t parent, int report_fd)
{
    char program[STACK_PATH], path[STACK_PATH];
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int log = open(stack_path(data, "log/hongping.log", path),
                   O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    sigset_t none;

    if (!spec->detach) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent)
            _exit(1);
    }
    setsid(); /* ^C reaches whoever started it, not the processes it has to stop in order */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (null < 0 || log < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(log, STDOUT_FILENO) < 0 ||
        dup2(log, STDERR_FILENO) < 0)
        _exit(1);
    if (report_fd == REPORT_FD ? fcntl(report_fd, F_SETFD, 0) != 0 : dup2(report_fd, REPORT_FD) < 0)
        _exit(1);
    execv(stack_program(bin, "hongping", program), (char *const *)argv);
    fprintf(stderr, "%s: %s\n", program, strerror(errno));
    _exit(1);
}

static int launch(const struct stack_spec *spec, const char *data, const char *bin, pid_t *ret_pid,
                  int *ret_fd)
{
    const char *argv[MAX_ARGS + 2];
    char port[16], restart[16], path[STACK_PATH];
    int n = 0, fds[2];
    pid_t parent = getpid(), pid;

    snprintf(port, sizeof(port), "%d", spec->port);
    argv[n++] = "hongping";
    argv[n++] = "supervise";
    argv[n++] = "--data";
    argv[n++] = data;
    argv[n++] = "--bin";
    argv[n++] = bin;
    argv[n++] = "--port";
    argv[n++] = port;
    argv[n++] = "--address";
    argv[n++] = spec->address ? spec->address : "127.0.0.1";
    argv[n++] = "--clock";
    argv[n++] = spec->manual_clock ? "manual" : "machine";
    if (!spec->durable)
        argv[n++] = "--throw-away";
    if (spec->restart_ms > 0) {
        snprintf(restart, sizeof(restart), "%d", spec->restart_ms);
        argv[n++] = "--restart-ms";
        argv[n++] = restart;
    }
    for (const char *const *set = spec->sets; set && *set; set++) {
        if (n > MAX_ARGS - 2)
            return err_raise(-E2BIG);
        argv[n++] = "--set";
        argv[n++] = *set;
    }
    argv[n] = NULL;
    if (mkdir(stack_path(data, "log", path), 0700) != 0 && errno != EEXIST)
        return err_raise(-errno);
    if (pipe2(fds, O_CLOEXEC) != 0)
        return err_raise(-errno);
    pid = fork();
    if (pid == 0)
        become(spec, data, bin, argv, parent, fds[1]);
    close(fds[1]);
    if (pid < 0) {
        close(fds[0]);
        return err_raise(-errno);
    }
    *ret_pid = pid;
    *ret_fd = fds[0];
    return 0;
}

/* The supervisor's one line: "up", or why not. */
static int hear_report(int fd, const char *data, struct errtext *e)
{
    char line[768];
    size_t size = 0;
    ssize_t got;

    while (size < sizeof(line) - 1 && !memchr(line, '\n', size)) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};

        if (interrupted(e))
            return STACK_E_INTERRUPTED;
        if (poll(&wait, 1, LOOK_MS) <= 0)
            continue;
        got = read(fd, line + size, sizeof(line) - 1 - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        size += (size_t)got;
    }
    line[size] = '\0';
    line[strcspn(line, "\n")] = '\0';
    if (strcmp(line, "up") == 0)
        return 0;
    if (line[0])
        errtext_set(e, "%s", line);
    else
        errtext_set(e, tr("the supervisor ended at once; see %s/log/hongping.log"), data);
    return STACK_E_FAILED;
}

/* ---- readiness ---- */

/* The last line a service wrote, which says why it does not stay up. */
static void last_words(const struct stack *s, const char *service, char *buf, size_t size)
{
    char name[64], path[STACK_PATH], tail[1024];
    FILE *f;
    size_t n;
    char *line;

    buf[0] = '\0';
    snprintf(name, sizeof(name), "log/%s.log", service);
    f = fopen(stack_path(s->data, name, path), "re");
    if (!f)
        return;
    if (fseek(f, -(long)(sizeof(tail) - 1), SEEK_END) != 0)
        rewind(f);
    n = fread(tail, 1, sizeof(tail) - 1, f);
    fclose(f);
    while (n > 0 && tail[n - 1] == '\n')
        n--;
    tail[n] = '\0';
    line = strrchr(tail, '\n');
    snprintf(buf, size, "%s", line ? line + 1 : tail);
}

static int restarts_of(const struct stack *s, const char *service)
{
    size_t i;
    const json_t *p;

    json_array_foreach(json_object_get(s->json, "processes"), i,
                       p) if (strcmp(json_string_value(json_object_get(p, "name")), service) ==
                              0) return (int)json_integer_value(json_object_get(p, "restarts"));
    return 0;
}

static int hopeless(const struct stack *s, const char *service, struct errtext *e)
{
    char words[512];

    last_words(s, service, words, sizeof(words));
    errtext_set(e, tr("%s does not come up; %s/log/%s.log ends: %s"), service, s->data, service,
                words);
    return STACK_E_FAILED;
}

/* While one is waited for, another may have shown that it never will be there. */
static int wait_for(struct stack *s, struct operator* op, const char *service, int64_t end_us,
                    struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__StateReply *state;
    int r;

    for (;;) {
        r = operator_state(op, a, service, ASK_MS, &state, e);
        if (interrupted(e))
            return STACK_E_INTERRUPTED;
        if (r != OPERATOR_E_SILENT)
            return r ? err_fold(r) : 0;
        arena_reset(a);
        r = stack_refresh(s, e);
        if (r)
            return STACK_E_FAILED;
        for (const char *const *any = stack_services; *any; any++)
            if (restarts_of(s, *any) >= HOPELESS_RESTARTS)
                return hopeless(s, *any, e);
        if (monotonic_now_us() > end_us)
            return hopeless(s, service, e);
    }
}

static int wait_ready(struct stack *s, struct operator* op, struct errtext *e)
{
    int64_t end = monotonic_now_us() + READY_LIMIT_S * SECOND_US;
    int r = 0;

    for (const char *const *service = stack_services; *service && !r; service++)
        r = wait_for(s, op, *service, end, e);
    return r;
}

/* ---- the first administrator ---- */

/* Four groups of five, without letters that look alike: about 115 bits. */
static void make_password(char buf[24])
{
    static const char alphabet[] = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    bool lower, upper, digit;

    do {
        lower = upper = digit = false;
        for (int i = 0; i < 23; i++) {
            char c = i % 6 == 5 ? '-' : alphabet[randombytes_uniform(sizeof(alphabet) - 1)];

            lower |= c >= 'a' && c <= 'z';
            upper |= c >= 'A' && c <= 'Z';
            digit |= c >= '2' && c <= '9';
            buf[i] = c;
        }
        buf[23] = '\0';
    } while (!lower || !upper || !digit);
}

static int first_administrator(struct stack *s, struct operator* op, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Gateway__CreateFirstAdministrator request = GATEWAY__CREATE_FIRST_ADMINISTRATOR__INIT;
    char password[24];
    int r;

    if (sodium_init() < 0)
        return err_raise(-EIO);
    make_password(password);
    request.account = "admin";
    request.password = password;
    r = operator_ask(op, a, "gateway", NULL, &request.base, NULL, 30000, NULL, e);
    if (r == 0)
        s->password = strdup(password);
    sodium_memzero(password, sizeof(password));
    if (r == OPERATOR_E_REFUSED) /* there are accounts already: not the first start */
        return 0;
    return r ? STACK_E_FAILED : 0;
}

/* ---- the whole ---- */

/* The file also says later that this stack's clock is a manual one. */
static int keep_clock_start(const struct stack_spec *spec, const char *data, struct errtext *e)
{
    char path[STACK_PATH];

    if (!spec->manual_clock || access(stack_path(data, "clock", path), F_OK) == 0)
        return 0;
    return write_file(path, spec->clock_start ? spec->clock_start : CLOCK_START, e);
}

/* Made once and never again: what it signed stays what it signed. */
static int keep_key(const char *data, struct errtext *e)
{
    char path[STACK_PATH];
    int r;

    if (mkdir(stack_path(data, "keys", path), 0700) != 0 && errno != EEXIST) {
        errtext_set(e, "%s: %s", path, strerror(errno));
        return STACK_E_FAILED;
    }
    if (access(stack_path(data, STACK_KEY, path), F_OK) == 0)
        return 0;
    r = seal_key_new(path, SEAL_ED25519, e);
    return r == 0 || r == -EEXIST ? 0 : STACK_E_FAILED;
}

static int become_ready(struct stack *s, struct errtext *e)
{
    CLEANUP(operator_free) struct operator* op = NULL;
    int r;

    r = stack_refresh(s, e);
    if (r)
        return r;
    r = operator_new(s, &op, e);
    if (r)
        return r;
    r = wait_ready(s, op, e);
    return r ? r : first_administrator(s, op, e);
}

/* Our own child, whether it holds the lock of its data directory yet or not. */
static void end_supervisor(pid_t pid)
{
    int64_t end = monotonic_now_us() + END_LIMIT_S * SECOND_US;

    kill(pid, SIGTERM);
    while (waitpid(pid, NULL, WNOHANG) == 0) {
        if (monotonic_now_us() > end) {
            kill(pid, SIGKILL); /* the kernel tells its children */
            (void)waitpid(pid, NULL, 0);
            return;
        }
        (void)poll(NULL, 0, LOOK_MS / 4);
    }
}

static int start(const struct stack_spec *spec, struct stack *s, const char *bin, struct errtext *e)
{
    int r, fd;

    r = check(spec, bin, e);
    if (!r)
        r = keep_clock_start(spec, s->data, e);
    if (!r)
        r = keep_key(s->data, e);
    if (!r)
        r = launch(spec, s->data, bin, &s->pid, &fd);
    if (r)
        return r;
    r = hear_report(fd, s->data, e);
    close(fd);
    if (!r)
        r = become_ready(s, e);
    if (!r && interrupted(e))
        r = STACK_E_INTERRUPTED;
    if (r)
        end_supervisor(s->pid);
    return r;
}

int stack_start(const struct stack_spec *spec, struct stack **ret_s, struct errtext *e)
{
    CLEANUP(stack_free) struct stack *s = NULL;
    char *bin = spec->bin ? strdup(spec->bin) : stack_bin();
    struct errtext own = {0};
    sigset_t ending, before;
    int r;

    if (!bin)
        return err_raise(-ENOMEM);
    stack_ending_signals(&ending);
    sigprocmask(SIG_BLOCK, &ending, &before);
    r = stack_make(spec->data, &s, &own);
    if (!r)
        r = start(spec, s, bin, &own);
    sigprocmask(SIG_SETMASK, &before, NULL);
    free(bin);
    if (r) {
        errtext_set(e, "%s", own.text[0] ? own.text : strerror(r < 0 ? -r : EIO));
        return r == STACK_E_UP || r == STACK_E_INTERRUPTED ? r : STACK_E_FAILED;
    }
    *ret_s = TAKE(s);
    return 0;
}
