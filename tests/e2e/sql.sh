# SPDX-License-Identifier: Apache-2.0
# What the SQL files keep to, so that builds can run beside each other: the rules of migrations, columns by name, and
# what embed_sql.cmake takes for a statement that only reads. Each rule is shown to find what it is for.
# shellcheck shell=sh disable=SC1091,SC2154,SC2016
. "$(dirname "$0")/lib.sh"

cd "$HP_SOURCE" || fail "no source tree"
lint() { # LINTER FILE...
    linter=$1
    shift
    awk -f tests/e2e/sql_text.awk -f "tests/e2e/$linter.awk" "$@"
}

# ---- the tree ----

# Applied where the product runs, so their texts stand for good: written before the rule.
cat >"$scratch/known" <<'END'
services/intake/migrations/0004_application_of_programme.sql:2: an index on a table that stood before: make it concurrently
services/intake/migrations/0005_left_district.sql:3: an index on a table that stood before: make it concurrently
services/publicity/migrations/0002_honour_order.sql:3: an index on a table that stood before: make it concurrently
END
for dir in common/*/migrations common/domain/*/migrations services/*/migrations tests/support/*/*/migrations; do
    ls "$dir"/*.sql
done >"$scratch/migrations" || fail "no migrations"
# shellcheck disable=SC2046
lint migrations $(cat "$scratch/migrations") >"$scratch/found"
diff "$scratch/known" "$scratch/found" >&2 || fail "migrations: > is new, < is no longer so"

for dir in common/*/sql services/*/sql services/*/*/sql tests/support/*/*/sql; do
    ls "$dir"/*.sql
done >"$scratch/statements" || fail "no statements"
# shellcheck disable=SC2046
lint stars $(cat "$scratch/statements") >&2 || fail "a statement leaves its columns to the table"

# ---- columns ----

stars() { # CODE WANTED TEXT
    printf '%b' "$3" >"$scratch/s.sql"
    expect "$1" lint stars "$scratch/s.sql"
    says "$out" "$2"
}
stars 0 '' '-- select *\nselect count(*), a * b, (a) * 2, '\''select * from x'\'' as t\n  from a'
stars 0 '' 'with put as (update a set n = 1 returning *) insert into h select to_jsonb(put) from put'
stars 1 's.sql:2: ' '-- $1\nselect *\n  from a'
stars 1 's.sql:2: ' 'select n\n  from (SELECT DISTINCT\t* from a) b'
stars 1 's.sql:1: ' 'select a.* from a'
stars 1 's.sql:3: ' 'select a.n,\n  -- all of b\n  b.*\n from a, b'
stars 1 's.sql:1: ' 'select n, * from a'
stars 1 's.sql:1: ' 'select distinct on (a.n, m) * from a'
stars 1 's.sql:1: ' 'insert into a (n) values ($1) returning *'

# ---- migrations ----

mkdir "$scratch/m"
migration() { # CODE WANTED TEXT
    printf '%b' "$3" >"$scratch/m/0001_x.sql"
    expect "$1" lint migrations "$scratch/m/0001_x.sql"
    says "$out" "$2"
    case "$1$out" in 0?*) fail "not clean: $out" ;; esac
}
refused() { migration 1 "$scratch/m/0001_x.sql:$1: $2" "$3"; }
fine() { migration 0 '' "$1"; }
A='-- Why.\n-- additive\n'

fine 'create table a (n bigint);\ncreate unique index i on a (n);\nalter table b drop column n;'
refused 2 'an index on a table' 'create table a (n bigint);\ncreate index i on b (n);'
refused 1 'an index on a table' 'CREATE UNIQUE INDEX i ON only b USING gin (n)'
refused 2 'needs the mark' 'create table a (n bigint);\ncreate index concurrently i on a (n);'
refused 2 "'commit'" 'create table a (n bigint);\ncommit;'
refused 3 'a mark counts' '-- x\ncreate table a (n bigint);\n-- additive\n'
refused 2 'a mark counts' '-- x\n-- additive.\ncreate table a (n bigint);\n'
refused 1 'concurrent says it all' '-- additive\n-- concurrent\n'

fine '-- concurrent\ncreate index concurrently i on a (n) where s = '\''x;y'\'';\ndrop index concurrently if exists j;'
fine '-- concurrent\ncreate unique index concurrently if not exists i on a (n);'
refused 2 'a concurrent one' '-- concurrent\ncreate index i on a (n);'
refused 2 'a concurrent one' '-- concurrent\ncreate index concurrently on a (n);'
refused 3 'a concurrent one' '-- concurrent\ncreate index concurrently i on a (n);\nalter table a add column m text;'
refused 2 'a concurrent one' '-- concurrent\ndrop index i;'

fine "$A"'create table a (n bigint primary key, m text not null check (m > '\'''\''));\ncreate index i on a (n);\ninsert into a select n from b;
create table c (n bigint references a);\nalter table c alter column n set not null;
create function f(x bigint) returns bigint language plpgsql stable as $$ begin drop table x; return 1; end $$;
create view v as select n from b;'
fine "$A"'alter table b add column m text, add column if not exists k numeric(10, 2) not null default -1.5,
 add l timestamp with time zone default now(), add column z text[] not null default '\''{}'\''::text[];'
refused 3 'rows for b' "$A"'insert into b values (1);'
refused 3 'a reference to b' "$A"'create table a (n bigint, foreign key (n) references b);'
refused 3 'rows of an heir' "$A"'create table a () inherits (b);'
refused 4 'not null without a default' "$A"'create table a ();\nalter table b add column m text not null;'
refused 3 'not null without a default' "$A"'alter table b add column m text default null not null;'
refused 3 "the default 'clock_timestamp()'" "$A"'alter table b add column m timestamptz default clock_timestamp();'
refused 3 "the default 'gen_random_uuid()'" "$A"'alter table b add column k text, add column m uuid not null default gen_random_uuid();'
refused 3 'a column with ' "$A"'alter table b add column m text check (m > '\'''\'');'
refused 3 'a column with ' "$A"'alter table b add column m bigint generated always as (n + 1) stored;'
refused 3 'a column with ' "$A"'alter table b add column m bigserial;'
refused 3 'a column with ' "$A"'alter table b add column m bigint unique;'
refused 3 "'add constraint" "$A"'alter table b add constraint k check (n > 0);'
refused 3 "'drop column n'" "$A"'alter table b add column m text, drop column n;'
refused 3 "'drop table b'" "$A"'drop table b;'
refused 3 "'create or replace function" "$A"'create or replace function f() returns int language sql as '\''select 1'\'';'
refused 3 "'update b set" "$A"'update b set n = 1;'
refused 3 'an index on a table' "$A"'create index i on b (n);'

echo 'create table a ();' >"$scratch/m/0003_y.sql"
echo 'create table a ();' >"$scratch/m/0001_x.sql"
expect 1 lint migrations "$scratch"/m/*.sql
is "$out" "$scratch/m/0003_y.sql:1: its number should be 0002"
mv "$scratch/m/0003_y.sql" "$scratch/m/2_y.sql"
expect 1 lint migrations "$scratch/m/2_y.sql"
says "$out" 'not named NNNN_words.sql'

# ---- statements that only read ----

mkdir -p "$scratch/x/sql" "$scratch/x/migrations"
cat >"$scratch/x/migrations/0001_x.sql" <<'END'
create function counts(k text) returns bigint
    language plpgsql as $$ begin update c set n = n + 1; return 1; end $$;
create or replace function looks(k text) returns bigint language sql stable as $$ select 1 $$;
END
reads='' writes=''
reading() { printf '%b' "$2" >"$scratch/x/sql/$1.sql" && reads="$reads $1"; }
writing() { printf '%b' "$2" >"$scratch/x/sql/$1.sql" && writes="$writes $1"; }
reading plain 'select n from a where district = $1'
reading commented '-- $1: to insert, for update\n  -- two\nSELECT n\n  from a -- and so on\n'
reading with_select 'with x as (select n from a) select updated_at, insert_n from x'
reading calls_stable 'select looks($1), iso(now())'
writing insert 'insert into a (n) values ($1)'
writing returns 'update a set n = 1 returning n'
writing locks 'select n from a where district = $1\n   for\n   update skip locked'
writing locks_key 'select n from a for no key update of a'
writing shares 'select n from a FOR KEY SHARE'
writing sequence "select nextval('s')"
writing tells "select pg_notify ('x', \$1)"
writing advisory 'select pg_try_advisory_xact_lock($1)'
writing with_insert 'with x as (\n  insert into a (n) values ($1) returning n)\nselect n from x'
writing with_delete 'with x as (delete from a returning n) select n from x'
writing into 'select n into b from a'
writing calls_writer 'select counts($1) as n'
writing block '/* odd */ select n from a'
writing other 'truncate a'
cmake -DNAME=x -DDIR="$scratch/x" -DOUT="$scratch" -P cmake/embed_sql.cmake || fail "embed_sql"
for said in "true$reads" "false$writes"; do
    for name in ${said#* }; do
        is "$name $(awk -v name="sql_$name" '$4 == name { found = 1 } found && /, (true|false), (true|false)};$/ { print $(NF - 1); exit }' "$scratch/x_sql.c")" \
            "$name ${said%% *},"
    done
done
