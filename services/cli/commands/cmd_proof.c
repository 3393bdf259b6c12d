/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_proof.h"

#include <errno.h>
#include <string.h>

#include "common/base/str.h"
#include "common/seal/proof.h"
#include "services/cli/check.h"
#include "services/cli/commands/ledger.h"
#include "services/cli/file.h"
#include "services/cli/say.h"
#include "services/cli/talk/operator.h"

#include "common/base/banned.h"

enum { ASK_MS = 60000 };

static int write_proof(const char *path, const char *json)
{
    CLEANUP(str_release) struct str text = STR_INIT;
    struct errtext e = {0};

    if (!path) {
        puts(json);
        return fflush(stdout) == 0 ? CLI_DONE : say_fault("%s", strerror(errno));
    }
    str_printf(&text, "%s\n", json);
    return write_file(path, text.text, &e) == 0 ? CLI_DONE : say_fault("%s", e.text);
}

/* ---- what it shows ---- */

static void say_reason(void *data, const struct seal_fault *fault)
{
    struct str *reasons = data;

    str_printf(reasons, "%s%s", reasons->size ? "; " : "", tr(seal_reason_text(fault->reason)));
}

/* Whether the row is what was sealed, as the person who is given the document finds it; what does not hold is said. */
static int check_proof(const struct args *args, const char *json)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    CLEANUP(seal_checker_free) struct seal_checker *checker = seal_checker_new();
    CLEANUP(str_release) struct str reasons = STR_INIT;
    const struct seal_listener listener = {say_reason, &reasons};
    struct errtext e = {0};
    struct proof *p;

    if (proof_parse(a, json, strlen(json), &p, &e))
        return say_fault("%s", e.text);
    if (proof_check(p, checker, &listener) == 0)
        return CLI_DONE;
    say_about("row_differs", "seq", reasons.text);
    return say_fault(tr("row %s of ledger %s in %s does not match its seal: %s. hongping verify "
                        "names every such row"),
                     args_word(args, 2), args_word(args, 0), args_word(args, 1), reasons.text);
}

static int prove(const struct args *args, struct operator* op, struct arena *a, int64_t seq,
                 struct errtext *e, Hp__GetProofReply **ret_reply)
{
    Hp__GetProof request = HP__GET_PROOF__INIT;
    const char *service = args_value(args, "service");
    int r = 0;

    request.ledger = (char *)args_word(args, 0);
    request.district = (char *)args_word(args, 1);
    request.seq = seq;
    if (!service)
        r = ledger_service(op, a, request.ledger, &service, e);
    return r ? r
             : operator_ask(op, a, service, NULL, &request.base, &hp__get_proof_reply__descriptor,
                            ASK_MS, ret_reply, e);
}

int cmd_proof(const struct args *args)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    CLEANUP(stack_free) struct stack *s = NULL;
    CLEANUP(operator_free) struct operator* op = NULL;
    const char *service = args_value(args, "service");
    Hp__GetProofReply *reply = NULL;
    struct errtext e = {0};
    int64_t seq;
    int r;

    r = check_district(args_word(args, 1));
    r = r ? r : check_position(args_word(args, 2), 1, &seq);
    if (!r && service)
        r = check_service(service);
    r = r ? r : check_result_file(args_value(args, "out"), args_has(args, "force"));
    if (r)
        return r;
    r = stack_find(args_value(args, "data"), &s, &e);
    r = r ? r : operator_new(s, &op, &e);
    r = r ? r : prove(args, op, a, seq, &e, &reply);
    if (r)
        return say_fault("%s", e.text[0] ? e.text : strerror(-r));
    if (!reply->anchored)
        say("%s", tr("nothing that was signed covers this row yet: the proof has no signature; ask "
                     "again in a second"));
    r = write_proof(args_value(args, "out"), reply->proof);
    return r ? r : check_proof(args, reply->proof);
}
