# SPDX-License-Identifier: Apache-2.0
# The whole command path over HTTP: against pgbench with the same statements, or several districts against one of them.

pgbench_command() { # the same statements over the same number of connections
    local pg=(-h "$bus" -p 5432 -U hongping_intake hongping) bin
    bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
    PGOPTIONS='-c search_path=intake' psql -q "${pg[@]}" -c "insert into head (district, stream_hash, log_hash)
        select '990000', decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex') on conflict do nothing"
    awk -v root="$root" -f "$root/tests/bench/statements_to_pgbench.awk" "$root/tests/bench/command.statements" >"$stack/script.sql"
    (cd "$stack" && PGOPTIONS='-c search_path=intake' "$bin/pgbench" -n -M prepared -c "$connections" -j 2 -T "$seconds" -l \
        --log-prefix=tx -f script.sql -h "$bus" -p 5432 -U hongping_intake hongping >pgbench.out 2>pgbench.err) || { cat "$stack/pgbench.err" >&2; exit 1; }
    cat "$stack"/tx.* | awk '{print $3}' | sort -n >"$stack/latencies"
    jq -n --argjson n "$(wc -l <"$stack/latencies")" --argjson s "$seconds" --argjson rate "$(awk '/^tps/ {print $3}' "$stack/pgbench.out")" \
        --argjson p50 "$(awk -v q=0.5 '{a[NR]=$1} END {print a[int(q*(NR-1))+1]}' "$stack/latencies")" \
        --argjson p99 "$(awk -v q=0.99 '{a[NR]=$1} END {print a[int(q*(NR-1))+1]}' "$stack/latencies")" \
        '{transactions: $n, seconds: $s, rate: $rate, p50_us: $p50, p99_us: $p99}'
}

measure() { # COMMAND [ARGUMENT...]: the load, with connections and seconds before its arguments; leaves the load's result and the processor time per command in $result
    local names=(gateway intake reporting credit scoring postgresql) load
    reading "${names[@]}" >"$stack/reading"
    load=$("$1" "$connections" "$seconds" "${@:2}")
    # the load lasts a second longer than what it counts
    result=$(jq --argjson cpu "$(since "$stack/reading" "$(jq '.requests * (.seconds + 1) / .seconds' <<<"$load")")" \
        '. + {cpu_us_per_command: $cpu, cpu_us_all: ($cpu | add)}' <<<"$load")
}

show() { # FILE: rows of name and result
    jq -r '["", "per second", "p50 us", "p99 us"], (.[] | [.[0], .[1].rate, .[1].p50_us, .[1].p99_us]) | @tsv' "$1" | table
    jq -r '.[] | select(.[1].cpu_us_per_command) | "processor time per command, us, " + .[0] + ": " + (.[1].cpu_us_per_command | to_entries | map("\(.key) \(.value)") | join(", "))
        + ", together \(.[1].cpu_us_all)"' "$1" >&2
}

one_district() {
    local ours theirs
    start
    log_in
    prepare_managers
    say "HTTP: $connections connections, $seconds s"
    measure register_managers
    ours=$result
    say "pgbench: $connections connections, $seconds s"
    theirs=$(pgbench_command)
    jq -n --argjson machine "$(machine)" --argjson c "$connections" --argjson command "$ours" --argjson pgbench "$theirs" \
        '{bench: "command", machine: $machine, connections: $c, districts: 1, command: $command, pgbench: $pgbench, ratio: ($command.rate / $pgbench.rate)}' |
        tee "$stack/result"
    jq '[["command", .command], ["pgbench", .pgbench]]' "$stack/result" >"$stack/rows"
    show "$stack/rows"
    say "ratio: $(jq '.ratio * 1000 | round / 1000' "$stack/result")"
}

several_districts() {
    local codes one several
    codes=$(seq -s, 310101 $((310100 + districts)))
    start --set "districts=$codes"
    log_in
    for code in ${codes//,/ }; do prepare_compounds "$code"; done
    say "one district: $connections connections, $seconds s"
    measure register_compounds 310101
    one=$result
    say "$districts districts: $connections connections, $seconds s"
    measure register_compounds "$codes"
    several=$result
    jq -n --argjson machine "$(machine)" --argjson c "$connections" --argjson d "$districts" --argjson one "$one" --argjson several "$several" \
        '{bench: "command", machine: $machine, connections: $c, districts: $d, one: $one, several: $several, ratio: ($several.rate / $one.rate)}' |
        tee "$stack/result"
    jq '[["one district", .one], ["\(.districts) districts", .several]]' "$stack/result" >"$stack/rows"
    show "$stack/rows"
    say "ratio: $(jq '.ratio * 1000 | round / 1000' "$stack/result")"
}

bench_command() {
    build_all "${services[@]}" hongping catalogues bench_http_load
    if [ "$districts" = 1 ]; then one_district; else several_districts; fi
}
