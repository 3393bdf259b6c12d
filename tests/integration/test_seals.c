/* SPDX-License-Identifier: Apache-2.0 */
/* What a service signs, and what its signatures show when the database was rewritten. */
#include <criterion/criterion.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/str.h"
#include "common/seal/line.h"
#include "common/seal/proof.h"
#include "common/service/sealing/signed.h"
#include "tests/support/echo_service/harness.h"
#include "tests/support/pg_test.h"

#define LOOKS 20000 /* at the file or the database, until a condition holds */

static struct echo_stack s;
static char key_path[128], file_path[128], copy_path[128], key_set[160], file_set[160],
    copy_set[160];

static void open_stack(void)
{
    struct errtext e = {0};

    echo_open(&s);
    snprintf(key_path, sizeof(key_path), "%s/seal.pem", s.dir);
    snprintf(file_path, sizeof(file_path), "%s/echo.jsonl", s.dir);
    snprintf(copy_path, sizeof(copy_path), "%s/away/echo.jsonl", s.dir);
    snprintf(key_set, sizeof(key_set), "seal.key=%s", key_path);
    snprintf(file_set, sizeof(file_set), "seal.file=%s", file_path);
    snprintf(copy_set, sizeof(copy_set), "seal.copy=%s", copy_path);
    cr_assert_eq(seal_key_new(key_path, SEAL_ED25519, &e), 0, "%s", e.text);
}

static void close_stack(void)
{
    echo_close(&s);
}

TestSuite(seals, .init = open_stack, .fini = close_stack, .timeout = 120);

static pid_t start(void)
{
    return echo_start(&s, "echo", key_set, file_set, "clock.mode=manual", NULL);
}

static void put(const char *key)
{
    echo_done(&s, "echo", echo_put(&s, key, "x"));
}

/* ---- the file ---- */

struct summary {
    struct signed_chains newest;
    int lines, bad, doubles;
    struct seal_checker *checker;
};

static bool sum_line(void *arg, const struct seal_signed *line, int64_t number, const char *why)
{
    struct summary *sum = arg;
    struct signed_chain *c;

    (void)number;
    cr_assert_not_null(line, "no signed line: %s", why);
    c = signed_chains_add(&sum->newest, line->head.chain.ledger, line->head.chain.district);
    sum->lines++;
    sum->bad += !seal_check(sum->checker, line);
    sum->doubles += c->last >= line->head.last;
    c->last = line->head.last;
    return true;
}

static struct summary sum_file(void)
{
    struct summary sum = {.checker = seal_checker_new()};
    int r = signed_lines_read(file_path, 0, sum_line, &sum);

    cr_assert(r == 0 || r == -ENOENT, "%s", strerror(-r));
    seal_checker_free(sum.checker);
    cr_assert_eq(sum.bad, 0);
    cr_assert_eq(sum.doubles, 0);
    return sum;
}

static int64_t signed_last(const char *ledger)
{
    CLEANUP(signed_chains_release) struct signed_chains newest = sum_file().newest;
    const struct signed_chain *c = signed_chains_find(&newest, ledger, ECHO_DISTRICT);

    return c ? c->last : 0;
}

static int count_lines(void)
{
    struct summary sum = sum_file();

    signed_chains_release(&sum.newest);
    return sum.lines;
}

static void await_signed(const char *ledger, int64_t last)
{
    for (int i = 0; i < LOOKS; i++) {
        if (signed_last(ledger) == last)
            return;
        usleep(2000);
    }
    cr_assert_fail("%s was not signed up to %lld", ledger, (long long)last);
}

/* Exit code of hongping-verify with these arguments. */
static int verify_file(const char *args)
{
    char command[1024];
    int status;

    snprintf(command, sizeof(command), "%s/bin/hongping-verify %s >&2", HP_BUILD_DIR, args);
    status = system(command);
    cr_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* ---- Verify ---- */

static Hp__VerifyReply *verify(void)
{
    return echo_verify(&s, "echo");
}

static bool names(const Hp__VerifyReply *v, const char *ledger, int64_t seq, const char *reason)
{
    for (size_t i = 0; i < v->n_faults; i++) {
        const Hp__LedgerFault *f = v->faults[i];

        if (!strcmp(f->ledger, ledger) && f->seq == seq && !strcmp(f->reason, reason))
            return true;
    }
    for (size_t i = 0; i < v->n_faults; i++)
        fprintf(stderr, "fault: %s %s %lld %s\n", v->faults[i]->ledger, v->faults[i]->district,
                (long long)v->faults[i]->seq, v->faults[i]->reason);
    return false;
}

/* Four commands, signed one after the other, so that every seal has its line. */
static pid_t four_signed(void)
{
    pid_t pid = start();

    for (int i = 1; i <= 4; i++) {
        put("k");
        await_signed("log", i);
        await_signed("stream", i);
    }
    cr_assert_eq(verify()->n_faults, 0);
    return pid;
}

Test(seals, heads_are_signed_after_commands_and_at_the_stop)
{
    pid_t pid = start();

    for (int i = 0; i < 50; i++)
        put("a");
    await_signed("log", 50);
    await_signed("stream", 50);
    for (int i = 0; i < 5; i++)
        put("b");
    cr_assert_eq(echo_end(&s, pid, SIGTERM), 0);
    cr_assert_eq(signed_last("log"), 55, "the stop signs what the last second brought");
    cr_assert_eq(signed_last("stream"), 55);
    cr_assert_eq(verify_file(file_path), 0);
}

Test(seals, after_a_crash_signing_goes_on_without_doubles)
{
    pid_t pid = start();
    int lines;
    FILE *f;

    put("a");
    await_signed("log", 1);
    await_signed("stream", 1);
    put("b");
    put("c");
    echo_end(&s, pid, SIGKILL);
    f = fopen(file_path, "ae"); /* as if it had died while it wrote */
    fputs("{\"kind\":\"signed\",\"serv", f);
    fclose(f);
    pid = start(); /* nothing is asked of it: what the crash left is signed all the same */
    await_signed("log", 3);
    await_signed("stream", 3);
    cr_assert_eq(echo_end(&s, pid, SIGTERM), 0);
    lines = count_lines();
    pid = start();
    cr_assert_eq(echo_end(&s, pid, SIGTERM), 0);
    cr_assert_eq(count_lines(), lines, "nothing moved, nothing was signed again");
    cr_assert_eq(verify_file(file_path), 0);
}

Test(seals, an_open_key_a_missing_file_and_a_second_writer_are_refused)
{
    const char *const alone[] = {key_set, NULL}, *const both[] = {key_set, file_set, NULL};
    int status;

    status = echo_end(&s, echo_spawn(&s, "echo", NULL, alone), 0);
    cr_assert_eq(WEXITSTATUS(status), 2, "seal.key without seal.file is a fault of the settings");
    chmod(key_path, 0644);
    status = echo_end(&s, echo_spawn(&s, "echo", NULL, both), 0);
    cr_assert_eq(WEXITSTATUS(status), 1, "a key that others can read");
    chmod(key_path, 0600);
    start();
    status = echo_end(&s, echo_spawn(&s, "echo", "/tmp", both), 0);
    cr_assert_eq(WEXITSTATUS(status), 1, "another process writes the file");
}

Test(seals, a_tail_cut_with_its_seals_and_head_is_found)
{
    four_signed();
    pg_test_run(&s.echo, "delete from log where seq > 2; delete from stream where seq > 2; delete "
                         "from seal where last > 2;"
                         "update head h set log_seq = 2, stream_seq = 2,"
                         " log_hash = (select hash from seal where ledger = 'log' and district = "
                         "h.district and last = 2),"
                         " stream_hash = (select hash from seal where ledger = 'stream' and "
                         "district = h.district and last = 2)"
                         " where district = '" ECHO_DISTRICT "'");
    Hp__VerifyReply *v = verify();

    cr_assert(names(v, "log", 4, "cut"));
    cr_assert(names(v, "stream", 4, "cut"));
    cr_assert_eq(v->n_faults, 2, "nothing but the signatures knows of it");
}

/* Change row 2 of the stream, then make all that follows from it anew as frame_commit does: digest, roots, seals, head. */
#define REWRITE \
    "create function field(v bytea) returns bytea language sql as $f$ select case when v is null " \
    "then '\\xffffffff'::bytea " \
    "else int4send(octet_length(v)) || v end $f$;" \
    "create function t(v text) returns bytea language sql as $f$ select convert_to(v, 'UTF8') " \
    "$f$;" \
    "update stream set account = 'somebody else' where seq = 2 and district = '310105';" \
    "update stream set digest = sha256('\\x00'::bytea || field(t('stream')) || " \
    "field(t(district)) || " \
    "field(timestamptz_send(wall_at)) || field(uuid_send(event_id)) || field(t(type)) || " \
    "field(timestamptz_send(at)) || " \
    "field(uuid_send(cause_id)) || field(t(trace_id)) || field(t(account)) || " \
    "field(boolsend(may_skip)) || field(payload)) " \
    "where district = '310105';" \
    "do $$ declare s record; before bytea; top bytea; begin " \
    "select hash into before from seal where ledger = 'stream' and district = '310105' and last " \
    "= 1; " \
    "for s in select * from seal where ledger = 'stream' and district = '310105' and last > 1 " \
    "order by last loop " \
    "select digest into top from stream where district = '310105' and seq = s.last; " \
    "before := sha256('\\x02'::bytea || before || top || int8send(s.first) || int8send(s.last)); " \
    "update seal set root = top, hash = before where ledger = 'stream' and district = '310105' " \
    "and last = s.last; " \
    "end loop; update head set stream_hash = before where district = '310105'; end $$"

Test(seals, a_history_rewritten_to_its_head_is_found_and_not_signed)
{
    Hp__VerifyReply *v;
    pid_t pid = four_signed();

    pg_test_run(&s.echo, REWRITE);
    v = verify();
    cr_assert(names(v, "stream", 2, "signed"), "the first place that was signed differently");
    cr_assert_eq(v->n_faults, 1, "its own hashes all agree");
    put("k");
    cr_assert_eq(echo_end(&s, pid, SIGTERM), 0);
    cr_assert_eq(signed_last("log"), 5);
    cr_assert_eq(signed_last("stream"), 4, "our key does not stand under two histories");
    start();
    cr_assert(names(verify(), "stream", 2, "signed"));
}

static bool keep_line(void *arg, const struct seal_signed *line, int64_t number, const char *why)
{
    (void)number;
    (void)why;
    cr_assert_not_null(line);
    *(struct seal_signed *)arg = *line;
    return true;
}

/* The file's last line once more, with a key that is not the service's. */
static void append_with_another_key(void)
{
    const char *path = arena_printf(s.arena, "%s/other.pem", s.dir);
    CLEANUP(seal_key_free) struct seal_key *other = NULL;
    CLEANUP(str_release) struct str text = STR_INIT;
    struct seal_signed last, forged;
    struct errtext e = {0};
    FILE *f = fopen(file_path, "ae");

    cr_assert_eq(signed_lines_read(file_path, 0, keep_line, &last), 0);
    cr_assert_eq(seal_key_new(path, SEAL_ED25519, &e), 0);
    cr_assert_eq(seal_key_load(path, &other, &e), 0);
    cr_assert_eq(seal_sign(other, &last.head, &forged), 0);
    seal_signed_format(&forged, &text);
    cr_assert(fprintf(f, "%s\n", text.text) > 0);
    cr_assert_eq(fclose(f), 0);
}

Test(seals, a_forged_line_and_one_of_another_key_are_named)
{
    pid_t pid = four_signed();
    char command[512];

    cr_assert_eq(echo_end(&s, pid, SIGTERM), 0);
    append_with_another_key();
    snprintf(command, sizeof(command), "sed -i '1s/\"at\":1/\"at\":2/; 2s/$/x/' %s", file_path);
    cr_assert_eq(system(command), 0);
    start();
    cr_assert(names(verify(), "seal.file", 2, "form"));
    cr_assert(names(verify(), "log", 1, "signature"));
    cr_assert(names(verify(), "stream", 4, "key"));
    cr_assert_eq(verify()->n_faults, 3);
    cr_assert_eq(unlink(file_path), 0);
    cr_assert(names(verify(), "seal.file", 0, "missing"));
}

Test(seals, a_new_key_is_no_fault)
{
    struct errtext e = {0};
    pid_t pid = four_signed();

    cr_assert_eq(echo_end(&s, pid, SIGTERM), 0);
    unlink(key_path);
    cr_assert_eq(seal_key_new(key_path, SEAL_SM2, &e), 0, "%s", e.text);
    start();
    put("k");
    await_signed("log", 5);
    cr_assert_eq(verify()->n_faults, 0);
}

Test(seals, a_copy_that_is_away_is_made_good_and_stops_nothing)
{
    struct stat a = {0}, b = {0};
    pid_t pid = echo_start(&s, "echo", key_set, file_set, copy_set, NULL);
    char folder[128];

    put("a");
    await_signed("log", 1);
    snprintf(folder, sizeof(folder), "%s/away", s.dir);
    cr_assert_eq(mkdir(folder, 0700), 0);
    for (int i = 0; i < LOOKS && (stat(copy_path, &b) != 0 || !b.st_size); i++)
        usleep(2000);
    put("b");
    cr_assert_eq(echo_end(&s, pid, SIGTERM), 0);
    cr_assert_eq(stat(file_path, &a), 0);
    cr_assert_eq(stat(copy_path, &b), 0);
    cr_assert_eq(a.st_size, b.st_size);
    cr_assert_eq(verify_file(arena_printf(s.arena, "--against %s %s", file_path, copy_path)), 0);
}

Test(seals, a_full_disk_keeps_nobody_waiting_and_is_made_good)
{
    struct rlimit narrow = {600, RLIM_INFINITY}, wide = {RLIM_INFINITY, RLIM_INFINITY};
    struct stat before, now;
    pid_t pid = start();
    int i = 0;

    cr_assert_eq(stat(file_path, &before), 0);
    cr_assert_eq(before.st_size, 0);
    cr_assert_eq(prlimit(pid, RLIMIT_FSIZE, &narrow, NULL), 0);
    for (int k = 0; k < 3; k++)
        put("a"); /* answered, signed or not */
    do {          /* until a batch did not fit and was taken back */
        usleep(2000);
        cr_assert_eq(stat(file_path, &now), 0);
    } while (i++ < LOOKS &&
             (now.st_size || !memcmp(&now.st_ctim, &before.st_ctim, sizeof(now.st_ctim))));
    cr_assert_lt(i, LOOKS);
    cr_assert_eq(verify()->n_faults, 0);
    cr_assert_eq(prlimit(pid, RLIMIT_FSIZE, &wide, NULL), 0);
    await_signed("log", 3);
    await_signed("stream", 3);
    cr_assert_eq(verify_file(file_path), 0);
}

/* ---- proofs ---- */

static Hp__Reply *ask_proof(const char *ledger, int64_t seq)
{
    Hp__GetProof q = HP__GET_PROOF__INIT;

    q.ledger = (char *)ledger;
    q.district = (char *)ECHO_DISTRICT;
    q.seq = seq;
    return echo_ask(&s, "echo", echo_envelope(&s, "bus.GetProof", &q.base));
}

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "we");

    cr_assert_not_null(f);
    cr_assert(fputs(text, f) >= 0);
    cr_assert_eq(fclose(f), 0);
}

/* hongping-verify says yes to it, and no to it with any digit of a value changed. */
static void expect_proof(const Hp__Reply *reply, bool anchored)
{
    Hp__GetProofReply *proof;
    const char *path = arena_printf(s.arena, "%s/proof.json", s.dir);
    char *at;

    cr_assert_eq(reply->status, HP__REPLY__STATUS__DONE, "%s", reply->code);
    proof = hp__get_proof_reply__unpack(arena_pb(s.arena), reply->payload.len, reply->payload.data);
    cr_assert_not_null(proof);
    cr_assert_eq(proof->anchored, anchored);
    write_text(path, proof->proof);
    cr_assert_eq(verify_file(path), anchored ? 0 : 1, "%s", proof->proof);
    if (!anchored)
        return;
    at = strstr(proof->proof, "\"type\":\"bytea\",\"text\":");
    cr_assert_not_null(at);
    at = strstr(at, "\"bytes\":\"") + strlen("\"bytes\":\"");
    *at = *at == '0' ? '1' : '0';
    write_text(path, proof->proof);
    cr_assert_eq(verify_file(path), 1);
}

Test(seals, a_row_is_proved_to_whoever_asks)
{
    Hp__Envelope *many[40];
    pid_t pid = start();

    /* sent at once, so that some share a transaction and with it a seal */
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        many[i] = echo_put(&s, "k", "x");
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        echo_done(&s, "echo", many[i]);
    await_signed("log", 40);
    await_signed("stream", 40);
    for (int64_t seq = 1; seq <= 40; seq += 13) {
        expect_proof(ask_proof("log", seq), true);
        expect_proof(ask_proof("stream", seq), true);
    }
    cr_assert_str_eq(ask_proof("log", 41)->code, "row_missing");
    cr_assert_str_eq(ask_proof("log", 0)->code, "row_missing");
    cr_assert_str_eq(ask_proof("ballot", 1)->code, "ledger_unknown");
    cr_assert_str_eq(ask_proof("ballot", 1)->args[1], "stream, log");
    cr_assert_eq(echo_end(&s, pid, SIGTERM), 0);
    echo_start(&s, "echo", NULL); /* without a key nothing is signed, nor shown as such */
    expect_proof(ask_proof("log", 1), false);
}
