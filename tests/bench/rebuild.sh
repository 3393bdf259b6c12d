#!/usr/bin/env bash
# How long reporting takes to rebuild its read models from a long history and to compare them:
#   tests/bench/rebuild.sh [--events N] [--durable]
# Starts a throw-away PostgreSQL (without fsync unless --durable), intake and reporting in an optimised build, appends N events to
# intake's stream (rebuild_fill.sql), lets reporting apply them, and rebuilds. Prints one JSON document on stdout.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build/bench
events=200000 durable=() inside=0
district=310105 city=310000

usage() { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
say() { printf '%s\n' "$*" >&2; }
while [ $# -gt 0 ]; do
    case $1 in
    --events) events=$2; shift 2 ;;
    --durable) durable=(--durable); shift ;;
    --inside) inside=1; shift ;;
    *) usage ;;
    esac
done

if [ "$inside" = 0 ]; then
    say "building"
    cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE='-O2 -g' \
        -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON -DHP_TESTS=ON >/dev/null
    cmake --build "$build" --target intake reporting with_postgres bench_rebuild >/dev/null
    exec "$build/bin/with_postgres" "${durable[@]}" "$0" --inside --events "$events"
fi

bus=$(mktemp -d /tmp/hongping-bench-XXXXXX)
declare -A pids
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait
    rm -rf "$bus"
}
trap finish EXIT

sql() { # [OPTION...]: psql on intake's schema
    PGOPTIONS='-c search_path=intake' psql -h "$HP_TEST_PG_DIR" -p "$HP_TEST_PG_PORT" -U postgres -qAt -v ON_ERROR_STOP=1 "$@" hongping
}
start() {
    : >"$bus/$1.log"
    "$build/bin/$1" --set "bus.dir=$bus" --set "city=$city" --set "districts=$district" \
        --set "db=host=$HP_TEST_PG_DIR port=$HP_TEST_PG_PORT dbname=hongping user=hongping_$1" 2>"$bus/$1.log" &
    pids[$1]=$!
    until grep -q '"ready"' "$bus/$1.log"; do
        kill -0 "${pids[$1]}" || { cat "$bus/$1.log" >&2; exit 1; }
        sleep 0.05
    done
}
client() { "$build/bench/bench_rebuild" "$bus" "$@"; }
memory() { awk '/^VmHWM:/ {print $2}' "/proc/${pids[reporting]}/status"; }

# Processor time used so far, in clock ticks (100 a second): of a service, or of PostgreSQL with the backends that have ended.
ticks() {
    local server
    if [ "$1" != postgresql ]; then
        awk '{print $14 + $15}' "/proc/${pids[$1]}/stat"
        return
    fi
    server=$(head -1 "$HP_TEST_PG_DIR/.s.PGSQL.$HP_TEST_PG_PORT.lock")
    { awk '{print $14 + $15 + $16 + $17}' "/proc/$server/stat"
      for child in $(pgrep -P "$server"); do awk '{print $14 + $15}' "/proc/$child/stat" 2>/dev/null || true; done
    } | awk '{n += $1} END {print n}'
}

start intake
say "appending $events events"
sql -v district="$district" -v from=1 -v to="$events" -f "$root/tests/bench/rebuild_fill.sql"
sql -c 'analyze stream'
start reporting
say "reporting catches up"
caught=$(client await "$district" "$events")
sql -c 'vacuum analyze reporting.timeline, reporting.subject, reporting.progress, reporting.dossier'
after_catch_up=$(memory)
echo 5 >"/proc/${pids[reporting]}/clear_refs" # the peak counts from here
names=(reporting intake postgresql) before=()
for name in "${names[@]}"; do before+=("$(ticks "$name")"); done
say "rebuilding"
done=$(client rebuild "$district")
cpu='{}'
for i in "${!names[@]}"; do
    cpu=$(jq --arg n "${names[$i]}" --argjson t "$(($(ticks "${names[$i]}") - before[i]))" --argjson events "$events" \
        '. + {($n): ($t * 10000 / $events * 10 | round / 10)}' <<<"$cpu")
done
phases=$(grep -F '"what":"read models rebuilt"' "$bus/reporting.log" | tail -1 || true)
jq -n --argjson n "$events" --argjson caught "$caught" --argjson done "$done" --argjson phases "${phases:-null}" \
    --argjson cpu "$cpu" --argjson before "$after_catch_up" --argjson peak "$(memory)" --argjson cores "$(nproc)" '
    def per_s(s): if s > 0 then $n / s | round else null end;
    {bench: "rebuild", cores: $cores, events: $n, catch_up: {seconds: $caught.seconds, events_per_s: per_s($caught.seconds), peak_kb: $before},
     rebuild: ($done + {events_per_s: per_s($done.seconds), peak_kb: $peak, cpu_us_per_event: $cpu}
         + if $phases then {replay_seconds: ($phases.replay_ms | tonumber / 1000), compare_seconds: ($phases.compare_ms | tonumber / 1000),
             replay_events_per_s: per_s($phases.replay_ms | tonumber / 1000),
             compare_rows_per_s: ($done.rows / ($phases.compare_ms | tonumber / 1000) | round)} else {} end)}'
