# SPDX-License-Identifier: Apache-2.0
# What a stack of many districts costs while nobody asks for anything.

bench_idle() {
    local codes names=("${services[@]}" postgresql)
    build_all "${services[@]}" hongping catalogues
    codes=$(seq -s, 310101 $((310100 + districts)))
    start --set "districts=$codes"
    say "settling"
    sleep 10 # the work of the start is over when everybody has asked everybody once
    say "$districts districts, $seconds s"
    reading "${names[@]}" >"$stack/reading"
    sleep "$seconds"
    jq -n --argjson machine "$(machine)" --argjson d "$districts" --argjson s "$seconds" --argjson us "$(since "$stack/reading" "$seconds")" \
        '{bench: "idle", machine: $machine, districts: $d, seconds: $s, cpu_us_per_second: $us, core_percent: (($us | add) / 10000)}' | tee "$stack/result"
    jq -r '.cpu_us_per_second | to_entries[] | [.key, "\(.value) us/s"] | @tsv' "$stack/result" | table
    say "together $(jq '.core_percent * 100 | round / 100' "$stack/result") % of a core"
}
