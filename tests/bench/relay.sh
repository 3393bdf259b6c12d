# SPDX-License-Identifier: Apache-2.0
# From the answer of a command to its effect in another service: alone, and beside half of what the command path can do.

bench_relay() {
    local idle most loaded pid
    build_all "${services[@]}" hongping catalogues bench_http_load bench_relay
    start
    log_in
    prepare_managers
    say "idle: $samples samples"
    idle=$("$build/bench/bench_relay" "$bus" "$samples")
    most=$(register_managers 16 3 | jq '.rate | floor')
    say "beside $((most / 2)) commands a second"
    register_managers 16 600 $((most / 2)) >/dev/null 2>&1 &
    pid=$!
    loaded=$("$build/bench/bench_relay" "$bus" "$samples" beside)
    kill "$pid"
    wait "$pid" 2>/dev/null || true
    jq -n --argjson machine "$(machine)" --argjson idle "$idle" --argjson loaded "$loaded" --argjson rate $((most / 2)) \
        '{bench: "relay", machine: $machine, idle: $idle, loaded: ($loaded + {commands_per_second: $rate})}' | tee "$stack/result"
    jq -r '["", "p50 us", "p99 us", "max us"], ["idle", .idle.p50_us, .idle.p99_us, .idle.max_us], ["half load", .loaded.p50_us, .loaded.p99_us, .loaded.max_us] | @tsv' \
        "$stack/result" | table
}
