# SPDX-License-Identifier: Apache-2.0
# Memory of the idle services, and the time to start.

# Proportional set size would share libraries out; resident is what a person sees in top, and counts them in full.
bench_footprint() {
    local rows='[]' name pid rss pss ready
    build_all "${services[@]}" hongping catalogues
    start
    for name in "${services[@]}"; do
        pid=$(jq -r --arg n "$name" '.processes[] | select(.name == $n) | .pid' "$info")
        rss=$(awk '/^Rss:/ {print $2}' "/proc/$pid/smaps_rollup")
        pss=$(awk '/^Pss:/ {print $2}' "/proc/$pid/smaps_rollup")
        rows=$(jq --arg n "$name" --argjson rss "$rss" --argjson pss "$pss" '. + [{service: $n, rss_kb: $rss, pss_kb: $pss}]' <<<"$rows")
    done
    "$build/bin/hongping" down --data "$stack/data" >/dev/null
    ready=$( { TIMEFORMAT=%R; time "$build/bin/hongping" up --data "$stack/data" --port 0 >/dev/null 2>&1; } 2>&1)
    jq -n --argjson machine "$(machine)" --argjson s "$rows" --argjson up "$ready" \
        '{bench: "footprint", machine: $machine, services: $s, rss_kb: ([$s[].rss_kb] | add), pss_kb: ([$s[].pss_kb] | add), up_seconds: $up}' | tee "$stack/result"
    jq -r '(.services[] | [.service, .rss_kb, .pss_kb]), ["all six", .rss_kb, .pss_kb] | @tsv' "$stack/result" | column -t -N service,rss_kb,pss_kb >&2
    say "from up to ready, PostgreSQL and all services: $ready s"
}
