# SPDX-License-Identifier: Apache-2.0
# How long reporting takes to hear a long history, and to rebuild its read models from it and compare them. On a PostgreSQL of its own
# without fsync (--durable: with), intake and reporting; rebuild_fill.sql appends the events to intake's stream.

district=310105
declare -A pids
rebuild_sql() { # [OPTION...]: psql on intake's schema
    PGOPTIONS='-c search_path=intake' psql -h "$HP_TEST_PG_DIR" -p "$HP_TEST_PG_PORT" -U postgres -qAt -v ON_ERROR_STOP=1 "$@" hongping
}
rebuild_start() { # SERVICE
    : >"$stack/$1.log"
    "$build/bin/$1" --set "bus.dir=$stack" --set "city=$city" --set "districts=$district" \
        --set "db=host=$HP_TEST_PG_DIR port=$HP_TEST_PG_PORT dbname=hongping user=hongping_$1" 2>"$stack/$1.log" &
    pids[$1]=$!
    until grep -q '"ready"' "$stack/$1.log"; do
        kill -0 "${pids[$1]}" || { cat "$stack/$1.log" >&2; exit 1; }
        sleep 0.05
    done
}
rebuild_client() { "$build/bench/bench_rebuild" "$stack" "$@"; }
rebuild_memory() { awk '/^VmHWM:/ {print $2}' "/proc/${pids[reporting]}/status"; }

# Processor time used so far, in clock ticks (100 a second): of a service, or of PostgreSQL with the backends that have ended.
rebuild_ticks() {
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


rebuild_finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait
    rm -rf "$stack"
}

bench_rebuild() {
    local caught after_catch_up names before cpu phases done
    if [ -z "$inside" ]; then
        build_all intake reporting with_postgres bench_rebuild
        rmdir "$stack"
        exec "$build/bin/with_postgres" ${durable:+--durable} "$0" rebuild --inside --events "$events" --place "$place"
    fi
    trap rebuild_finish EXIT
    rebuild_start intake
    say "appending $events events"
    rebuild_sql -v district="$district" -v from=1 -v to="$events" -f "$root/tests/bench/rebuild_fill.sql"
    rebuild_sql -c 'analyze stream'
    kill "${pids[intake]}" # so that it sees what was appended behind its back
    wait "${pids[intake]}" || true
    rebuild_start intake
    rebuild_start reporting
    say "reporting catches up"
    caught=$(rebuild_client await "$district" "$events")
    rebuild_sql -c 'vacuum analyze reporting.timeline, reporting.subject, reporting.progress, reporting.dossier'
    after_catch_up=$(rebuild_memory)
    echo 5 >"/proc/${pids[reporting]}/clear_refs" # the peak counts from here
    names=(reporting intake postgresql) before=()
    for name in "${names[@]}"; do before+=("$(rebuild_ticks "$name")"); done
    say "rebuilding"
    done=$(rebuild_client rebuild "$district")
    cpu='{}'
    for i in "${!names[@]}"; do
        cpu=$(jq --arg n "${names[$i]}" --argjson t "$(($(rebuild_ticks "${names[$i]}") - before[i]))" --argjson events "$events" \
            '. + {($n): ($t * 10000 / $events * 10 | round / 10)}' <<<"$cpu")
    done
    phases=$(grep -F '"what":"read models rebuilt"' "$stack/reporting.log" | tail -1 || true)
    jq -n --argjson n "$events" --argjson caught "$caught" --argjson done "$done" --argjson phases "${phases:-null}" \
        --argjson cpu "$cpu" --argjson before "$after_catch_up" --argjson peak "$(rebuild_memory)" --argjson cores "$(nproc)" '
        def per_s(s): if s > 0 then $n / s | round else null end;
        {bench: "rebuild", cores: $cores, events: $n, catch_up: {seconds: $caught.seconds, events_per_s: per_s($caught.seconds), peak_kb: $before},
         rebuild: ($done + {events_per_s: per_s($done.seconds), peak_kb: $peak, cpu_us_per_event: $cpu}
             + if $phases then {replay_seconds: ($phases.replay_ms | tonumber / 1000), compare_seconds: ($phases.compare_ms | tonumber / 1000),
                 replay_events_per_s: per_s($phases.replay_ms | tonumber / 1000),
                 compare_rows_per_s: ($done.rows / ($phases.compare_ms | tonumber / 1000) | round)} else {} end)}'
}
