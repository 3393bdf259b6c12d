/* SPDX-License-Identifier: Apache-2.0 */
/* metrics_http - the frame's own metrics, and /metrics, /healthz, /readyz */
#pragma once
#include "common/service/frame.h"

int metrics_http_new(struct service *svc, struct errtext *e) MUST_CHECK;
void frame_metrics_register(const struct service *svc);
void frame_count_command(const char *type, Hp__Reply__Status status, int64_t us);
void frame_count_reconnect(void);
void frame_gauge_queue(int64_t n);
/* What waits or is under way in @district's lane: commands, events, timers. */
void frame_gauge_lane(const char *district, int64_t n);
void frame_gauge_head(const char *district, int64_t position);
/* @n events were told in one answer. */
void frame_count_told(size_t n);
void frame_count_linger(void);
/* @events < 0: not known, the source is silent. */
void frame_gauge_lag(const char *source, const char *district, int64_t events);
void frame_gauge_stopped(const char *state, int64_t n);
void frame_count_batch(size_t n);
void frame_observe_lane_us(int64_t us);
void frame_gauge_timer_lag_us(int64_t us);
