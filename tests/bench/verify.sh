# SPDX-License-Identifier: Apache-2.0
# How fast the chains are recomputed, and what that costs a command beside it.

bench_verify() {
    local began alone beside verified seconds_taken pid
    build_all "${services[@]}" hongping catalogues bench_http_load bench_fill
    start
    log_in
    prepare_managers
    say "appending $rows rows"
    "$build/bench/bench_fill" "host=$bus port=5432 user=hongping_intake dbname=hongping" intake 990000 $((rows / 2))
    # what was filled in seconds would have been vacuumed in its time
    psql -qX -h "$bus" -p 5432 -U postgres hongping -c 'vacuum analyze intake.log, intake.stream, intake.seal' -c checkpoint
    say "verify alone"
    began=$(date +%s%N)
    "$build/bin/hongping" verify --data "$stack/data" --json >"$stack/verified"
    seconds_taken=$(awk -v a="$began" -v b="$(date +%s%N)" 'BEGIN {printf "%.3f", (b - a) / 1e9}')
    verified=$(jq '[.. | objects | .rows? // empty | numbers] | add' "$stack/verified")
    say "commands alone: $connections connections, $seconds s"
    alone=$(register_managers "$connections" "$seconds")
    say "commands beside verify"
    (while :; do "$build/bin/hongping" verify --data "$stack/data" --json >/dev/null 2>&1; done) &
    pid=$!
    beside=$(register_managers "$connections" "$seconds")
    kill "$pid"
    wait "$pid" 2>/dev/null || true
    jq -n --argjson machine "$(machine)" --argjson rows "$verified" --argjson s "$seconds_taken" --argjson alone "$alone" --argjson beside "$beside" \
        '{bench: "verify", machine: $machine, rows: $rows, seconds: $s, rows_per_second: ($rows / $s | round), alone: $alone, beside: $beside,
          p99_ratio: ($beside.p99_us / $alone.p99_us)}' | tee "$stack/result"
    jq -r '["", "per second", "p50 us", "p99 us"], ["rows verified", .rows_per_second, "", ""], ["commands alone", .alone.rate, .alone.p50_us, .alone.p99_us],
        ["commands beside", .beside.rate, .beside.p50_us, .beside.p99_us] | @tsv' "$stack/result" | table
    say "$verified rows in $seconds_taken s; p99 of a command beside it: $(jq '.p99_ratio * 100 | round / 100' "$stack/result") times"
}
