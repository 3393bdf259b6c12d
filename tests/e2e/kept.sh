# SPDX-License-Identifier: Apache-2.0
# What a stack was told is kept with its data: the next up needs none of it, and what cannot be so is said.
# shellcheck shell=sh disable=SC1091
. "$(dirname "$0")/lib.sh"

data=$scratch/data
at_end='end_stack'
kept=$data/hongping.conf
has() { grep -qxF "$1" "$kept" || fail "$kept does not have '$1': $(cat "$kept")"; }
nothing_runs() { [ -z "$(processes_of "$data/")" ] || fail "left behind: $(processes_of "$data/")"; }

# nothing is kept of a start that fails; the words allowed are named
run 1 up --port 0 --set city=320000 --set log.level=loud
says "$err" "log.level=loud, as was said with --set or in hongping.conf, cannot be used by intake: log.level is 'loud': expected one of debug, info, warn, error"
[ ! -e "$data/pg" ] || fail "a database was made for it"
run 1 up --port 0 --set scoring.workers=0 --set workers=2
says "$err" "scoring.workers=0, as was said with --set or in hongping.conf, cannot be used by scoring: workers is '0': expected whole number, 1 to 64"
[ ! -e "$kept" ] || fail "kept: $(cat "$kept")"
nothing_runs

run 0 up --port 0 --clock manual --set city=320000 --set districts=320102,320104 --set scoring.workers=3 --json
is "$(json '.without_effect == []')" true
is "$err" ""
for line in city=320000 districts=320102,320104 port=0 address=127.0.0.1 scoring.workers=3; do has $line; done

# on a stack that runs nothing changes, and that is said
run 0 up --port 0 --set scoring.workers=3 --json
is "$(json '.started | not')" true
is "$(json '.without_effect == []')" true
cp "$kept" "$scratch/before"
run 0 up --clock-start 2023-01-01T00:00:00+08:00 # where it began
run 1 up --clock-start 2024-01-01T00:00:00+08:00 --json
is "$(json '.without_effect | join(", ")')" "--clock-start 2024-01-01T00:00:00+08:00"
says "$err" "--clock-start 2024-01-01T00:00:00+08:00 has no effect"
[ -s "$data/log/postgresql.log" ] || fail "the database's log is elsewhere"
[ ! -e "$data/pg.log" ] || fail "pg.log"
run 1 up --port 1 --clock machine --address 0.0.0.0 --set log.level=debug --json
is "$(json '.without_effect | join(", ")')" "--clock machine, --port 1, --set log.level=debug, --address 0.0.0.0"
says "$err" "--port 1 has no effect"
run 1 up --set city=310000
says "$err" 320000
cmp "$kept" "$scratch/before" || fail "it was changed"
run 0 down

# another city needs another folder
run 1 up --set city=310000
says "$err" "the data in $data are of the city 320000"
run 1 up --set gateway.city=310000
says "$err" "the data in $data are of the city 320000"
nothing_runs

# without words: the same again; with words: taken over, said, and remarks stay
echo '# a remark' >>"$kept"
run 1 up --clock-start 2024-01-01T00:00:00+08:00 # the clock began before
says "$err" "--clock-start 2024-01-01T00:00:00+08:00 has no effect"
run 0 down
run 0 up --set scoring.workers=4 --set log.level=warn
says "$err" "scoring.workers=4 (was 3), log.level=warn"
is "$(jq -r '.city + " " + (.districts | join(","))' "$data/stack.json")" "320000 320102,320104"
run 0 down
run 0 up --json
is "$err" ""
is "$(jq -r '.city + " " + (.districts | join(",")) + " " + (.manual_clock | tostring)' "$data/stack.json")" \
    "320000 320102,320104 true"
grep -qx "workers: '4'" "$data/conf/scoring.yaml" || fail "$(cat "$data/conf/scoring.yaml")"
has scoring.workers=4
has log.level=warn
has '# a remark'
run 0 down

# a line that cannot be read is named
lines=$(wc -l <"$kept")
echo 'port=abc' >>"$kept"
run 1 up
says "$err" "$kept:$((lines + 1)): "
says "$err" abc
nothing_runs
