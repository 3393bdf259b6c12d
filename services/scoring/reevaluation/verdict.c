/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/reevaluation/verdict.h"

#include <errno.h>
#include <string.h>

#include "common/base/str.h"

#include "common/base/banned.h"

const char *points_shown(struct arena *a, struct fraction points)
{
    char text[POINTS_TEXT];
    const char *rounded = points_format(fraction_milli(points), text);

    if (points.den > 1000 || 1000 % points.den)
        return arena_printf(a, "%s (%s)", rounded, fraction_text(a, points));
    return arena_strdup(a, rounded);
}

static bool is_enterprise(const struct holder *h, const char *id)
{
    for (size_t i = 0; i < h->n_enterprises; i++)
        if (str_equal(h->enterprises[i], id))
            return true;
    return false;
}

static bool merged_by(const struct change *changes, size_t n, const char *subject_id, int32_t day)
{
    for (size_t i = 0; i < n; i++)
        if (str_equal(changes[i].subject_id, subject_id) && str_equal(changes[i].kind, "merged") &&
            changes[i].on_day <= day)
            return true;
    return false;
}

enum change_effect change_effect(const struct programme *p, const struct holder *h,
                                 const struct change *changes, size_t n_changes,
                                 const struct change *c, int32_t today)
{
    bool itself = str_equal(c->subject_id, h->subject_id);
    bool enterprise = is_enterprise(h, c->subject_id);

    if (c->on_day < h->since_day || c->on_day > today || (!itself && !enterprise))
        return CHANGE_NOTHING;
    if (texts_have(&p->exit.exempt, c->kind))
        return CHANGE_EXEMPT;
    if (!texts_have(&p->exit.ends, c->kind))
        return CHANGE_NOTHING;
    if (str_equal(c->kind, "left_site") && enterprise) {
        if (str_equal(c->site_id, h->subject_id))
            return CHANGE_ENDS;
        return itself ? CHANGE_REMARK : CHANGE_NOTHING;
    }
    if (enterprise && merged_by(changes, n_changes, c->subject_id, c->on_day))
        return CHANGE_EXEMPT;
    return CHANGE_ENDS;
}

static void add_note(struct verdict *v, const char *note)
{
    v->notes[v->n_notes++] = note;
}

/* Notes for every change that says something; whether one ends the honour, and whether one is
 * exempt. */
static void weigh_changes(struct arena *a, const struct programme *p, const struct holder *h,
                          const struct change *changes, size_t n, int32_t today, const char *source,
                          struct verdict *v, bool *ret_ends, bool *ret_exempt)
{
    static const char *const says[] = {
        [CHANGE_ENDS] = "ends the honour by",
        [CHANGE_EXEMPT] = "exempt by",
        [CHANGE_REMARK] = "does not end an enterprise's honour by itself; see",
    };

    *ret_ends = *ret_exempt = false;
    for (size_t i = 0; i < n; i++) {
        enum change_effect effect = change_effect(p, h, changes, n, &changes[i], today);
        char day[DAY_TEXT];

        if (effect == CHANGE_NOTHING)
            continue;
        *ret_ends |= effect == CHANGE_ENDS;
        *ret_exempt |= effect == CHANGE_EXEMPT;
        add_note(v, arena_printf(a, "%s on %s: %s %s (change %s)", changes[i].kind,
                                 day_format(changes[i].on_day, day), says[effect], source,
                                 changes[i].change_id));
    }
}

static int judge_condition(struct arena *a, const struct programme *p,
                           const struct programme_condition *rule, const struct fact *facts,
                           size_t n_facts, struct verdict *v)
{
    struct verdict_condition *c = &v->conditions[v->n_conditions++];
    const struct fact *found = NULL;
    int r;

    *c = (struct verdict_condition){.rule = rule, .fact = "unknown"};
    for (size_t i = 0; i < n_facts && !found; i++)
        if (str_equal(facts[i].name, rule->fact))
            found = &facts[i];
    r = condition_met(p, rule, found ? found->value : NULL, &c->met);
    if (r == CONDITION_E_UNKNOWN) {
        c->met = false;
        v->n_unknown++;
        add_note(v, arena_printf(a, "%s: %s is not recorded", rule->id, rule->fact));
        return 0;
    }
    if (r)
        return err_fold(r);
    c->known = true;
    c->fact = found->shown ? found->shown : found->value;
    c->evidence = found->evidence;
    c->n_evidence = found->n_evidence;
    v->n_met += c->met;
    return 0;
}

static const char *conclude(const struct verdict *v, bool ends, bool exempt)
{
    if (ends)
        return "ended";
    if (v->n_conditions == 0)
        return "no_rule";
    if (v->n_met > 0)
        return "failed";
    if (v->n_unknown > 0)
        return "undecided";
    return exempt ? "exempt" : "kept";
}

int verdict_judge(struct arena *a, const struct programme *p, const struct holder *h,
                  const struct fact *facts, size_t n_facts, const struct change *changes,
                  size_t n_changes, int32_t today, const char *exit_source,
                  struct verdict *ret_verdict)
{
    const struct programme_reevaluation *rule = programme_reevaluation(p, h->category);
    size_t n = rule ? rule->n_conditions : 0;
    struct verdict v = {
        .conditions = arena_new_array(a, struct verdict_condition, n + 1),
        .notes = arena_new_array(a, const char *, n + n_changes + 1),
    };
    bool ends, exempt;

    weigh_changes(a, p, h, changes, n_changes, today, exit_source, &v, &ends, &exempt);
    for (size_t i = 0; i < n; i++) {
        int r = judge_condition(a, p, &rule->conditions[i], facts, n_facts, &v);

        if (r)
            return r;
    }
    if (n == 0)
        add_note(&v,
                 "the programme gives no re-evaluation rule for this category: the title is kept");
    v.verdict = conclude(&v, ends, exempt);
    *ret_verdict = v;
    return 0;
}
