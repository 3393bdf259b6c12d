# SPDX-License-Identifier: Apache-2.0
# <service> --migrate, and a build beside a database that is newer. Run under with_postgres.
# shellcheck shell=sh disable=SC1091,SC2154
. "$(dirname "$0")/lib.sh"

conninfo="host=$HP_TEST_PG_DIR port=$HP_TEST_PG_PORT dbname=hongping"
migrate() { "$HP_BIN/credit" --migrate --set "db=$conninfo user=hongping_credit"; }
ask() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$conninfo user=postgres" -c "$1"; }
# What the service wrote, wherever its log goes.
said() { says "$out$err" "$1"; }

expect 0 migrate
said 'the schema was brought up to date'
n=$(ask 'select count(*) from credit.schema_migration') || fail "no table"
[ "$n" -gt 2 ] || fail "only $n migrations were applied"
is "$(ask "select count(*) from pg_stat_activity where usename = 'hongping_credit'")" 0

expect 0 migrate
case "$out$err" in *'brought up to date'* | *WARN* | *warn*) fail "the second time is not quiet: $out$err" ;; esac
is "$(ask 'select count(*) from credit.schema_migration')" "$n"

newer() { # NUMBER NAME ADDITIVE
    ask "insert into credit.schema_migration (part, number, name, checksum, additive) values ('credit', $1, '$2', '', $3)"
}
newer 100 0100_more true || fail "insert"
expect 0 migrate
said 'newer than this build'
said '0100_more'

newer 101 0101_less false || fail "insert"
newer 102 0102_more true || fail "insert"
expect 1 migrate
said 'cannot migrate'
said '0101_less'
said 'start a build that has it'
