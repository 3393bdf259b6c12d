# SPDX-License-Identifier: Apache-2.0
# What the end-to-end scripts share. HP_BIN: folder of the programs; HP_SOURCE: the source tree.
# shellcheck shell=sh
set -u
LC_ALL=C
export LC_ALL
unset LANGUAGE HONGPING_PASSWORD
hongping=$HP_BIN/hongping

fail() {
    echo "FAILED: $*" >&2
    exit 1
}
# expect CODE COMMAND...: runs it; its output goes to $out, its complaints to $err
out='' err=''
expect() {
    wanted=$1
    shift
    out=$("$@" 2>"$scratch/err")
    got=$?
    err=$(cat "$scratch/err")
    [ $got = "$wanted" ] || fail "exit code $got, not $wanted, of: $*
$out
$err"
}
says() { # TEXT WANTED
    case "$1" in
    *"$2"*) ;;
    *) fail "'$1' does not say '$2'" ;;
    esac
}
is() { # TEXT WANTED
    [ "$1" = "$2" ] || fail "'$1' is not '$2'"
}
# until_true SECONDS COMMAND...: again and again until it succeeds; fails after the deadline
until_true() {
    end=$(($(date +%s) + $1))
    shift
    until "$@"; do
        [ "$(date +%s)" -lt $end ] || fail "not in time: $*"
    done
}
# Every process that names @1 on its command line, as far as it still runs.
processes_of() {
    for dir in /proc/[0-9]*; do
        { tr '\0' ' ' <"$dir/cmdline"; } 2>/dev/null | grep -qF -- "$1" && echo "${dir#/proc/}"
    done
}

scratch=$(mktemp -d /tmp/hp-e2e-XXXXXX) || exit 1
chmod 711 "$scratch" # PostgreSQL's user passes through when we are root
# A script sets `at_end` to what it must undo.
at_end=:
trap '$at_end; rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM HUP

# ---- scripts with a stack of their own in $data ----
end_stack() { "$hongping" down --data "$data" >/dev/null 2>&1 || :; }
run() { # CODE COMMAND...: of the stack under test
    wanted=$1 command=$2
    shift 2
    expect "$wanted" "$hongping" "$command" --data "$data" "$@"
}
json() { printf '%s' "$out" | jq -er "$1" || fail "not the JSON expected ($1): $out"; }
