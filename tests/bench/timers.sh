# SPDX-License-Identifier: Apache-2.0
# Timers due at one instant: with nothing else pending, and with --pending others that are due later. The handler writes one row and
# says one event (the service "echo" of the tests); what is timed lies between the first and the last event's commit.

timers_sql() { PGOPTIONS='-c search_path=intake' psql -h "$HP_TEST_PG_DIR" -p "$HP_TEST_PG_PORT" -U postgres -qAt -v ON_ERROR_STOP=1 hongping "$@"; }

timers_start() {
    : >"$stack/log"
    "$build/bin/echo_service" --set "bus.dir=$stack" --set city=310000 --set districts=310105 \
        --set "db=host=$HP_TEST_PG_DIR port=$HP_TEST_PG_PORT dbname=hongping user=hongping_intake" --set schema=intake 2>"$stack/log" &
    echo_pid=$!
    until grep -q '"ready"' "$stack/log"; do kill -0 "$echo_pid" || { cat "$stack/log" >&2; exit 1; }; sleep 0.05; done
}

timers_ticks() {
    local server
    server=$(head -1 "$HP_TEST_PG_DIR/.s.PGSQL.$HP_TEST_PG_PORT.lock")
    { awk '{print $14 + $15}' "/proc/$echo_pid/stat"; awk '{print $14 + $15 + $16 + $17}' "/proc/$server/stat"
      for child in $(pgrep -P "$server"); do awk '{print $14 + $15}' "/proc/$child/stat" 2>/dev/null || true; done
    } | awk '{n += $1} END {print n}'
}

fire() { # NAME: $due timers at one instant; leaves JSON in $result
    local from before after
    from=$(timers_sql -c "select coalesce(max(stream_seq), 0) from head where district = '310105'")
    timers_sql -c "insert into timer (district, kind, key, due_at)
        select '310105', 'remind', '$1 ' || n, now() + interval '2 seconds' from generate_series(1, $due) n"
    timers_start
    before=$(timers_ticks)
    until [ "$(timers_sql -c "select stream_seq from head where district = '310105'")" -ge $((from + due)) ]; do sleep 0.2; done
    after=$(timers_ticks)
    result=$(timers_sql -c "select json_build_object('timers', count(*), 'seconds', round(extract(epoch from max(wall_at) - min(wall_at)), 3),
        'rate', round(count(*) / extract(epoch from max(wall_at) - min(wall_at)), 1), 'cpu_us_per_timer', round(($after - $before) * 10000.0 / $due))
        from stream where district = '310105' and seq > $from")
    kill "$echo_pid"
    wait "$echo_pid" || true
}

bench_timers() {
    local alone among
    if [ -z "$inside" ]; then
        build_all echo_service with_postgres
        rmdir "$stack"
        exec "$build/bin/with_postgres" --durable "$0" timers --inside --pending "$pending" --due "$due" --place "$place"
    fi
    trap 'kill "$echo_pid" 2>/dev/null || true; rm -rf "$stack"' EXIT
    timers_start # makes the tables
    kill "$echo_pid"
    wait "$echo_pid" || true
    timers_sql -c checkpoint
    say "$due timers at one instant, nothing else pending"
    fire alone
    alone=$result
    say "adding $pending that are due later"
    timers_sql -c "insert into timer (district, kind, key, due_at)
        select '310105', 'remind', 'later ' || n, now() + interval '1 day' + n * interval '1 second' from generate_series(1, $pending) n" -c 'vacuum analyze timer' -c checkpoint
    say "$due timers at one instant among them"
    fire among
    among=$result
    jq -n --argjson machine "$(machine)" --argjson p "$pending" --argjson alone "$alone" --argjson among "$among" \
        '{bench: "timers", machine: $machine, pending: $p, alone: $alone, among: $among, ratio: ($among.rate / $alone.rate)}' | tee "$stack/result"
    jq -r '["", "timers", "per second", "cpu us each"], ["alone", .alone.timers, .alone.rate, .alone.cpu_us_per_timer],
        ["among \(.pending)", .among.timers, .among.rate, .among.cpu_us_per_timer] | @tsv' "$stack/result" | table
    say "ratio: $(jq '.ratio * 1000 | round / 1000' "$stack/result")"
}
