/* SPDX-License-Identifier: Apache-2.0 */
/* control - messages of package bus */
#pragma once
#include "common/service/task.h"

struct control {
    const char *type;
    const ProtobufCMessageDescriptor *message;
    void (*start)(struct task *t); /* loop thread; ends in task_answer, at once or later */
};
const struct control *control_for(const char *type);
extern const struct route
    control_routes[]; /* those that are commands like any other: retry, skip */
extern const char *const control_route_types[];
/* The clock may have been set by another instance (manual clocks only). */
void clock_read_again(struct service *svc);
