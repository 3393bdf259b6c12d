/* SPDX-License-Identifier: Apache-2.0 */
/* mix - which command comes next */
#include "fault.h"

static const struct {
    int weight;
    void (*plan)(struct client *c, struct arena *a, struct plan *p);
} mix[] = {
    {10, plan_enterprise},    {8, plan_site},    {8, plan_project},
    {3, plan_bad_enterprise}, {14, plan_record}, {24, plan_step},
    {40, plan_application},   {10, plan_fact},   {6, plan_honour},
};

void mix_draw(struct client *c, struct arena *a, struct plan *ret_plan)
{
    int total = 0, at;

    for (size_t i = 0; i < ARRAY_LEN(mix); i++)
        total += mix[i].weight;
    at = dice_below(&c->dice, total);
    *ret_plan = (struct plan){.district = DISTRICT};
    for (size_t i = 0; i < ARRAY_LEN(mix); i++) {
        if (at < mix[i].weight) {
            mix[i].plan(c, a, ret_plan);
            return;
        }
        at -= mix[i].weight;
    }
}
