/* SPDX-License-Identifier: Apache-2.0 */
/* demo_changning_2023 - the evaluation, stage by stage (seed: changning-2023-property, 三) */
#include <string.h>

#include "common/base/str.h"
#include "services/cli/play/demo_changning.h"

#include "common/base/banned.h"

static json_t *form_of(const char *kind)
{
    const char *second = strcmp(kind, "enterprise") == 0 ? "achievements"
                         : strcmp(kind, "compound") == 0 ? "governance"
                                                         : "services";

    return json_pack("[{ssss}{ssss}]", "name", "party_work", "value",
                     "样例：党组织健全，阵地规范，党员亮身份", "name", second, "value",
                     "样例：及时处置报修投诉，居民满意度逐年上升");
}

static json_t *draft_of(const struct cn_subject *s, const char *route)
{
    return json_pack("{ssssssssssso}", "programme_id", CN_2023, "category", s->kind, "subject_id",
                     s->id, "route", route, "subdistrict", s->subdistrict, "form",
                     form_of(s->kind));
}

static void publish(struct cn *cn)
{
    play_do(cn->p, "housing", "/programmes",
            json_pack("{ssss}", "file_name", CN_2023 ".yaml", "document",
                      play_file(cn->p, "programmes/" CN_2023 ".yaml")));
    play_refused(cn->p, "housing", "/programmes",
                 json_pack("{ssss}", "file_name", "broken.yaml", "document",
                           "programme: broken\nyear: 二〇二三\n"),
                 "programme_lint");
}

/* Draft and submit; the recommending subdistrict acts for sites and half of the enterprises, the
 * others nominate themselves. */
static void apply(struct cn *cn, struct cn_subject *s, bool self)
{
    const char *who = self ? s->account : s->subdistrict;

    s->application =
        play_do(cn->p, who, "/applications", draft_of(s, self ? "self" : "recommendation"));
    play_do(cn->p, who, play_text(cn->p, "/applications/%s/submission", s->application),
            json_object());
}

static void review(struct cn *cn, const struct cn_subject *s, const char *who, const char *decision,
                   const char *reason)
{
    json_t *body = json_pack("{ss}", "decision", decision);

    if (reason)
        json_object_set_new(body, "reason", json_string(reason));
    play_do(cn->p, who, play_text(cn->p, "/applications/%s/reviews", s->application), body);
}

static void apply_all(struct cn *cn)
{
    size_t size;
    const char *hash;

    for (int i = 0; i < CN_CANDIDATES; i++)
        apply(cn, &cn->subjects[i], i < CN_ENTERPRISES && i % 2 == 0);
    hash = play_upload(cn->p, cn->subjects[0].account, "样例-党建台账.pdf", &size);
    /* the first enterprise's draft is with the district now: evidence belongs to drafts and
     * returned ones */
    review(cn, &cn->subjects[0], "housing", "return", "补正：请补充党建台账");
    play_do(cn->p, cn->subjects[0].account,
            play_text(cn->p, "/applications/%s/evidence", cn->subjects[0].application),
            json_pack("{sssssssIss}", "file_sha256", hash, "file_name", "样例-党建台账.pdf",
                      "media_type", "pdf", "size", (json_int_t)size, "rubric_line",
                      "leadership.organisation"));
    play_do(cn->p, cn->subjects[0].account,
            play_text(cn->p, "/applications/%s/submission", cn->subjects[0].application),
            json_object());
    play_note(cn->p, "one application was returned for completion and came back with evidence");
    play_refused(cn->p, cn->subjects[1].subdistrict, "/applications",
                 draft_of(&cn->subjects[1], "recommendation"), "application_twice");
}

static void accept_all(struct cn *cn)
{
    for (int i = 0; i < CN_CANDIDATES; i++) {
        struct cn_subject *s = &cn->subjects[i];

        s->accepted = i != CN_ENTERPRISES - 1;
        if (s->accepted)
            review(cn, s, "housing", "accept", NULL);
        else
            review(cn, s, "housing", "refuse", "申报材料与事实不符");
    }
    play_note(cn->p, "%d accepted, 1 refused with its reason", CN_CANDIDATES - 1);
}

static void recommend(struct cn *cn)
{
    struct play *p = cn->p;
    struct cn_subject late = cn->subjects[CN_ENTERPRISES - 1];

    play_at(p, "2023-06-05T09:00:00+08:00",
            "enterprises nominate themselves and subdistricts recommend");
    apply_all(cn);
    play_at(p, "2023-07-20T09:00:00+08:00", "the district bureau reviews the applications");
    accept_all(cn);
    play_at(p, "2023-08-01T09:00:00+08:00",
            "recommendation is over; a late application is refused");
    late.application =
        play_do(p, late.subdistrict, "/applications", draft_of(&late, "recommendation"));
    play_refused(p, late.subdistrict, play_text(p, "/applications/%s/submission", late.application),
                 json_object(), "application_late");
}

/* Two sites alike on purpose: with two buildings before them they stand at the edge of the shared
 * quota of ten. */
enum { EDGE = CN_ENTERPRISES + 7 };

static bool is_edge(int i)
{
    return i == EDGE || i == EDGE + 1;
}

/* Falling in small steps, so that ranks differ; the first two buildings are among the best. */
static int64_t level_of(int i)
{
    int building = i - CN_ENTERPRISES - CN_COMPOUNDS;

    if (i < CN_ENTERPRISES)
        return 97000 - i * 700;
    if (building >= 2)
        return 88000 - building * 1500;
    if (building >= 0)
        return 96300 - building * 2100;
    return 97000 - ((i == EDGE + 1 ? EDGE : i) - CN_ENTERPRISES) * 700;
}

static void inspect_kind(struct cn *cn, const char *kind)
{
    const char *csv = cn_sheet_header(kind);

    for (int i = 0; i < CN_CANDIDATES; i++)
        if (strcmp(cn->subjects[i].kind, kind) == 0 && cn->subjects[i].accepted)
            csv = play_text(cn->p, "%s%s", csv,
                            cn_sheet(cn, &cn->subjects[i], "2023-08-15",
                                     i == CN_CANDIDATES - 1 ? 79500 : level_of(i)));
    play_do(cn->p, "assessor", "/inspections/imports",
            json_pack("{ssss}", "programme_id", CN_2023, "csv", csv));
}

static void cast(struct cn *cn, int expert, int i, int64_t milli)
{
    json_t *body =
        json_pack("{sssI}", "subject_id", cn->subjects[i].id, "points_milli", (json_int_t)milli);

    play_do(cn->p, play_text(cn->p, "expert-%d", expert + 1),
            play_text(cn->p, "/panels/%s/ballots", cn->panel), body);
}

/* Each expert votes on whom he may; the panel's own answer says from whom he is recused. */
static void vote(struct cn *cn, int expert)
{
    const char *account = play_text(cn->p, "expert-%d", expert + 1);
    json_t *panel = play_get(cn->p, account, play_text(cn->p, "/panels/%s", cn->panel));
    json_t *candidate;
    size_t k;

    json_array_foreach(json_object_get(panel, "candidates"), k, candidate)
    {
        const char *id = json_string_value(json_object_get(candidate, "subject_id"));

        for (int i = 0; i < CN_CANDIDATES; i++) {
            if (!str_equal(cn->subjects[i].id, id))
                continue;
            if (json_is_true(json_object_get(candidate, "recused_me")))
                play_refused(cn->p, account, play_text(cn->p, "/panels/%s/ballots", cn->panel),
                             json_pack("{sssi}", "subject_id", id, "points_milli", 90000),
                             "ballot_recused");
            else
                cast(cn, expert, i, level_of(i) - (is_edge(i) ? 0 : ((expert * 7 + i) % 5) * 100));
        }
    }
    json_decref(panel);
}

static void open_panel(struct cn *cn)
{
    json_t *experts = json_array(), *answer = NULL, *panels;

    for (int i = 0; i < CN_EXPERTS; i++)
        json_array_append_new(experts, json_string(cn->experts[i]));
    cn->panel = play_do_in(cn->p, "housing", NULL, "/panels",
                           json_pack("{sssssO}", "programme_id", CN_2023, "title",
                                     "2023 年长宁区红色物业评选团", "experts", experts),
                           &answer);
    play_note(cn->p, "%d experts; %zu recusals found from the registry", CN_EXPERTS,
              json_array_size(json_object_get(answer, "recusals")));
    panels = play_list(cn->p, "organisation", "/panels?programme_id=" CN_2023, "panels");
    json_decref(panels);
    json_decref(experts);
    json_decref(answer);
}

static void judge(struct cn *cn)
{
    struct play *p = cn->p;

    play_at(p, "2023-08-25T09:00:00+08:00", "the assessor's inspection sheets are imported");
    inspect_kind(cn, "enterprise");
    inspect_kind(cn, "compound");
    inspect_kind(cn, "building");
    play_at(p, "2023-09-05T09:00:00+08:00", "the expert panel opens; conflicts lead to recusal");
    open_panel(cn);
    play_do(p, "expert-1", play_text(p, "/panels/%s/conflicts", cn->panel),
            json_pack("{ssss}", "subject_id", cn->subjects[3].id, "note", "样例：曾任该企业顾问"));
    play_at(p, "2023-09-12T09:00:00+08:00", "the experts vote; ballots are blind");
    for (int i = 0; i < CN_EXPERTS; i++)
        vote(cn, i);
    play_at(p, "2023-10-08T09:00:00+08:00", "the panel closes, everything is scored and ranked");
    play_do(p, "organisation", play_text(p, "/panels/%s/closing", cn->panel), json_object());
}

/* The tie at the edge of the shared quota is decided by both bodies and recorded. */
static void decide_tie(struct cn *cn)
{
    struct play *p = cn->p;
    const char *a = cn->subjects[EDGE].id, *b = cn->subjects[EDGE + 1].id;

    play_refused(p, "housing", "/lists", json_pack("{ss}", "run_id", cn->run), "tie_open");
    play_do(p, "housing", play_text(p, "/runs/%s/ties", cn->run),
            json_pack("{sss[ss]ss}", "group", "sites", "order", b, a, "document",
                      "样例：联席会议纪要 2023-10-09"));
    play_note(p, "a tie at the edge of the shared quota was decided jointly");
}

static void propose(struct cn *cn)
{
    struct play *p = cn->p;
    json_t *answer = NULL;

    cn->run =
        play_do_in(p, "housing", NULL, "/runs",
                   json_pack("{ssss}", "programme_id", CN_2023, "panel_id", cn->panel), &answer);
    play_note(p, "%d candidates scored, %d open ties, result sha256 %.16s...",
              (int)json_integer_value(json_object_get(answer, "candidates")),
              (int)json_integer_value(json_object_get(answer, "open_ties")),
              json_string_value(json_object_get(answer, "result_sha256")));
    json_decref(answer);
    decide_tie(cn);
    cn->list = play_do(p, "housing", "/lists", json_pack("{ss}", "run_id", cn->run));
    play_settle(p);
}

static const char *content_of(struct cn *cn, const char *notice)
{
    json_t *answer = play_get(cn->p, "housing", play_text(cn->p, "/notices/%s", notice));
    const char *hash = arena_strdup(
        play_arena(cn->p),
        json_string_value(json_object_get(json_object_get(answer, "notice"), "content_sha256")));

    json_decref(answer);
    return hash ? hash : "";
}

static void sign_and_schedule(struct cn *cn, const char *notice, const char *publish_at)
{
    struct play *p = cn->p;
    const char *signatures = play_text(p, "/notices/%s/signatures", notice),
               *hash = content_of(cn, notice);
    const char *schedule = play_text(p, "/notices/%s/schedule", notice);

    play_do(p, "housing", signatures, json_pack("{ss}", "content_sha256", hash));
    play_refused(p, "housing", signatures, json_pack("{ss}", "content_sha256", hash),
                 "already_signed");
    play_do(p, "organisation", signatures, json_pack("{ss}", "content_sha256", hash));
    play_do(p, "housing", schedule, json_pack("{ss}", "publish_at", publish_at));
}

static const char *object_to(struct cn *cn, const char *notice, const char *subject,
                             const char *grounds)
{
    return play_do(cn->p, NULL, play_text(cn->p, "/notices/%s/objections", notice),
                   json_pack("{ssssssss}", "subject_id", subject, "objector", "样例居民", "contact",
                             "13800001234", "grounds", grounds));
}

static void resolve(struct cn *cn, const char *objection, const char *result, const char *answer)
{
    play_do(cn->p, "housing", play_text(cn->p, "/objections/%s/investigation", objection),
            json_pack("{ss}", "note", "样例：实地核查"));
    play_do(cn->p, "housing", play_text(cn->p, "/objections/%s/resolution", objection),
            json_pack("{ssss}", "result", result, "answer", answer));
}

/* The draft the system made itself when the objection was upheld. */
static const char *supplementary_of(struct cn *cn)
{
    json_t *notices = play_list(cn->p, "housing", "/notices?programme_id=" CN_2023, "notices"), *n;
    const char *id = "";
    size_t i;

    json_array_foreach(notices, i, n) if (str_equal(json_string_value(json_object_get(n, "kind")),
                                                    "supplementary")) id =
        arena_strdup(play_arena(cn->p), json_string_value(json_object_get(n, "notice_id")));
    json_decref(notices);
    if (!*id)
        play_fail(cn->p, "no supplementary notice was drafted");
    return id;
}

static void object(struct cn *cn, const char *notice)
{
    struct play *p = cn->p;
    const char *upheld, *dismissed;

    cn->winner_objected = cn->subjects[CN_ENTERPRISES + 2].id;
    cn->entry_dismissed = cn->subjects[1].id;
    play_at(p, "2023-10-18T10:00:00+08:00", "two citizens object, each under his real name");
    upheld =
        object_to(cn, notice, cn->winner_objected, "样例：小区消防通道长期堵塞，与申报材料不符");
    dismissed = object_to(cn, notice, cn->entry_dismissed, "样例：认为企业未公示收费标准");
    play_at(p, "2023-10-20T15:00:00+08:00",
            "one objection is upheld, one dismissed; the reserve moves up");
    resolve(cn, upheld, "upheld", "样例：经核查属实，取消拟表彰资格");
    resolve(cn, dismissed, "dismissed", "样例：经核查，收费标准已在公示栏公示");
}

static void give_notice(struct cn *cn)
{
    struct play *p = cn->p;
    const char *notice, *supplementary;

    play_at(p, "2023-10-16T09:00:00+08:00", "the notice is drafted and signed by both departments");
    notice = play_do(p, "housing", "/notices", json_pack("{ss}", "list_id", cn->list));
    play_refused(p, "housing", play_text(p, "/notices/%s/schedule", notice),
                 json_pack("{ss}", "publish_at", "2023-10-17T09:00:00+08:00"),
                 "signatures_missing");
    sign_and_schedule(cn, notice, "2023-10-17T09:00:00+08:00");
    object(cn, notice);
    supplementary = supplementary_of(cn);
    sign_and_schedule(cn, supplementary, "2023-10-23T09:00:00+08:00");
    play_at(p, "2023-10-25T09:00:00+08:00",
            "the first notice has closed by itself; an objection now is too late");
    play_refused(p, NULL, play_text(p, "/notices/%s/objections", notice),
                 json_pack("{ssssssss}", "subject_id", cn->entry_dismissed, "objector",
                           "样例居民乙", "contact", "13800005678", "grounds", "样例"),
                 "objection_late");
    play_refused(p, "housing", play_text(p, "/lists/%s/final", cn->list),
                 json_pack("{ss}", "document", "样例"), "notice_not_closed");
    play_at(
        p, "2023-10-31T09:00:00+08:00",
        "the supplementary notice has closed; the final list is fixed, honours and plaques follow");
    play_do(p, "housing", play_text(p, "/lists/%s/final", cn->list),
            json_pack("{ss}", "document", "样例：关于表彰2023年红色物业的决定"));
    play_settle(p);
}

void cn_evaluate(struct cn *cn)
{
    struct play *p = cn->p;

    play_at(p, "2023-03-27T09:00:00+08:00", "the programme is linted, sealed and published");
    publish(cn);
    play_at(p, "2023-04-03T09:00:00+08:00", "subdistricts spread the word");
    recommend(cn);
    judge(cn);
    propose(cn);
    give_notice(cn);
}
