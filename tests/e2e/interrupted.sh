# SPDX-License-Identifier: Apache-2.0
# A start or a demonstration that is told to stop ends soon, and nothing of it is left.
# shellcheck shell=sh disable=SC1091
. "$(dirname "$0")/lib.sh"

child=''
at_end='end_child'
end_child() { [ -z "$child" ] || kill -TERM "$child" 2>/dev/null || :; }
# The data directory of the stack that the process @1 has started.
data_of() {
    for dir in /proc/[0-9]*; do
        [ "$(sed -n 's/^PPid:[^0-9]*//p' "$dir/status" 2>/dev/null)" = "$1" ] || continue
        { tr '\0' '\n' <"$dir/cmdline"; } 2>/dev/null | sed -n '/^supervise$/,$p' | sed -n '/^--data$/{n;p;}'
    done
}
found() {
    data=$(data_of "$child")
    [ -n "$data" ]
}
ends_with() { # CODE FILE: the child, told to stop; within the time a stack needs to stop
    kill -TERM "$child"
    wait "$child"
    got=$?
    child=''
    [ $got = "$1" ] || fail "exit code $got, not $1: $(cat "$2")"
    [ -z "$(processes_of "$data/")" ] || fail "left behind: $(processes_of "$data/")"
}
sockets_of() { sed -n 's/^bus\.dir: .\(.*\).$/\1/p' "$1/conf/intake.yaml" 2>/dev/null; }
sockets_known() {
    sockets=$(sockets_of "$data")
    [ -n "$sockets" ]
}

# up, as soon as there is a supervisor, and while it makes the database
for mark in hongping.pid log/postgresql.log; do
    "$hongping" up --data "$scratch/data" --port 0 --set "share=$HP_SOURCE/deploy" >"$scratch/out" 2>&1 &
    child=$!
    until_true 60 found
    until_true 60 [ -e "$data/$mark" ]
    ends_with 1 "$scratch/out"
    says "$(cat "$scratch/out")" interrupted
    rm -rf "$scratch/data"
done

# a demonstration, as it starts and in its midst
for step in '' 2023-03; do
    "$hongping" demo changning-property-2023 >"$scratch/out" 2>&1 &
    child=$!
    until_true 60 found
    until_true 120 sockets_known
    [ -z "$step" ] || until_true 120 grep -q "$step" "$scratch/out"
    ends_with 1 "$scratch/out"
    [ ! -e "$data" ] || fail "the data stays: $data"
    [ ! -e "$sockets" ] || fail "sockets stay: $sockets"
done
