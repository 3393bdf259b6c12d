/* SPDX-License-Identifier: Apache-2.0 */
#include "common/fsm/fsm.h"

#include <string.h>

#include "common/base/banned.h"

enum { MAX_EDGES = 256 };

const struct fsm_edge *fsm_edge_for(const struct fsm *machine, const char *from, const char *on)
{
    for (const struct fsm_edge *e = machine->edges; e->from; e++)
        if (strcmp(e->from, from) == 0 && strcmp(e->on, on) == 0)
            return e;
    return NULL;
}

const char *must_step(const struct fsm *machine, const char *from, const char *on)
{
    const struct fsm_edge *edge = fsm_edge_for(machine, from, on);

    CHECK(edge);
    return edge->to;
}

static bool is_blank(const char *word)
{
    return !word || !word[0];
}

/* Whether @state begins a new machine or is where a reached edge leads. */
static bool is_reached(const struct fsm *machine, const bool *reached, const char *state)
{
    if (strcmp(state, machine->start) == 0)
        return true;
    for (size_t i = 0; machine->edges[i].from; i++)
        if (reached[i] && strcmp(machine->edges[i].to, state) == 0)
            return true;
    return false;
}

static bool all_reached(const struct fsm *machine, size_t n)
{
    bool reached[MAX_EDGES] = {0}, grew = true;
    size_t n_reached = 0;

    while (grew) {
        grew = false;
        for (size_t i = 0; i < n; i++)
            if (!reached[i] && is_reached(machine, reached, machine->edges[i].from)) {
                reached[i] = grew = true;
                n_reached++;
            }
    }
    return n_reached == n;
}

const char *fsm_fault(const struct fsm *machine)
{
    size_t n = 0;

    if (is_blank(machine->name) || is_blank(machine->start))
        return "the machine has no name or no start";
    for (const struct fsm_edge *e = machine->edges; e->from; e++, n++) {
        if (is_blank(e->from) || is_blank(e->on) || is_blank(e->to))
            return "an edge lacks a state or its event";
        if (is_blank(e->why))
            return "an edge has no reason";
        if (fsm_edge_for(machine, e->from, e->on) != e)
            return "an event has two edges from one state";
    }
    if (n == 0)
        return "the machine has no edges";
    if (n > MAX_EDGES)
        return "the machine has more than 256 edges";
    return all_reached(machine, n) ? NULL : "a state cannot be reached from the start";
}

static bool is_final(const struct fsm *machine, const char *state)
{
    for (const struct fsm_edge *e = machine->edges; e->from; e++)
        if (strcmp(e->from, state) == 0)
            return false;
    return true;
}

/* Whether an edge before @edge leads to the same state. */
static bool is_repeat(const struct fsm *machine, const struct fsm_edge *edge)
{
    for (const struct fsm_edge *e = machine->edges; e != edge; e++)
        if (strcmp(e->to, edge->to) == 0)
            return true;
    return false;
}

/* Mermaid ends a label at a colon or a semicolon. */
static void add_label(const char *text, struct str *out)
{
    for (; *text; text++)
        str_add_char(out, *text == ':' || *text == ';' ? ',' : *text);
}

void fsm_print(const struct fsm *machine, struct str *out)
{
    str_printf(out, "stateDiagram-v2\n    [*] --> %s\n", machine->start);
    for (const struct fsm_edge *e = machine->edges; e->from; e++) {
        str_printf(out, "    %s --> %s : %s - ", e->from, e->to, e->on);
        add_label(e->why, out);
        str_add_char(out, '\n');
    }
    for (const struct fsm_edge *e = machine->edges; e->from; e++)
        if (is_final(machine, e->to) && !is_repeat(machine, e))
            str_printf(out, "    %s --> [*]\n", e->to);
}
