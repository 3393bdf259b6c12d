# SPDX-License-Identifier: Apache-2.0
# What a migration may do, given in order (see common/db/migrate.h and docs/operations.md):
# - numbered from 0001 without gaps in its folder; its marks stand in its head;
# - an index on a table that stood before is made concurrently;
# - one marked concurrent makes and drops indexes by name, and nothing else;
# - one marked additive does what is on the list below, and nothing else.
function bad(line, why) { print file ":" line ": " why; faults++ }

# ---- the file ----

function check_name(   folder, name, wanted) {
    folder = name = file
    sub(/[^\/]*$/, "", folder)
    sub(/^.*\//, "", name)
    if (folder != last_folder) number = 0
    last_folder = folder
    wanted = sprintf("%04d", ++number)
    if (name !~ /^[0-9][0-9][0-9][0-9]_[a-z0-9_]+\.sql$/) bad(1, "not named NNNN_words.sql")
    else if (substr(name, 1, 4) != wanted) bad(1, "its number should be " wanted)
}
function check_marks(text,   lines, n, i, line, head) {
    additive = concurrent = 0
    head = 1
    n = split(text, lines, "\n")
    for (i = 1; i <= n; i++) {
        line = lines[i]
        if (line !~ /^--/) head = 0
        if (line !~ /^[ \t]*--[ \t]*(additive|concurrent)[ \t\r.]*$/) continue
        if (!head || line !~ /^--[ \t]*(additive|concurrent)[ \t\r]*$/) bad(i, "a mark counts in the first lines only, bare")
        else if (line ~ /additive/) additive = 1
        else concurrent = 1
    }
    if (additive && concurrent) bad(1, "concurrent says it all: not additive too")
}

# ---- columns ----

# The part of @s up to the first comma outside brackets; @rest is what follows.
function upto_comma(s,   i, c, depth) {
    depth = 0
    for (i = 1; i <= length(s); i++) {
        c = substr(s, i, 1)
        if (c == "(" || c == "[") depth++
        else if (c == ")" || c == "]") depth--
        else if (c == "," && !depth) break
    }
    rest = substr(s, i + 1)
    sub(/^ /, "", rest)
    s = substr(s, 1, i - 1)
    sub(/ $/, "", s)
    return s
}
# @s is what follows "add column".
function check_column(line, s,   value, required) {
    if (!sub(/^("[^"]*"|[^ "(]+) /, "", s)) { bad(line, "a column of what type?"); return }
    s = s " "
    if (match(s, /(^| )(check|unique|primary|references|generated|constraint|exclude|(big|small)?serial[0-9]?)[ (]/)) {
        bad(line, "a column with '" substr(s, RSTART, RLENGTH) "' is not additive")
        return
    }
    required = sub(/ not null /, " ", s)
    sub(/ null /, " ", s)
    value = ""
    if (match(s, / default .*$/)) {
        value = substr(s, RSTART + 9)
        s = substr(s, 1, RSTART)
        sub(/ $/, "", value)
        if (value !~ /^(-?[0-9]+(\.[0-9]+)?|''|true|false|null|now\(\)|current_(date|timestamp)|array\[\])( ?:: ?[a-z_0-9 ]+(\([0-9, ]+\))?(\[\])*)?$/)
            bad(line, "the default '" value "' is no constant: every row would be written")
    }
    if (required && (value == "" || value ~ /^null/)) bad(line, "not null without a default: older builds do not fill it")
    if (s !~ /^[a-z_][a-z0-9_.]*( (precision|varying))?( ?\([0-9, ]+\))?( with(out)? time zone)?(\[\])*( collate [^ ]+)? $/)
        bad(line, "'" s "' is no plain type")
}
function check_alter(line, s,   action) {
    sub(/^alter table (if exists )?(only )?/, "", s)
    if (first_word(s) in own) return
    sub(/^[^ ]+ /, "", s)
    for (rest = s; rest != "";) {
        action = upto_comma(rest)
        if (sub(/^add column (if not exists )?/, "", action)) check_column(line, action)
        else if (action ~ /^add / && action !~ /^add (constraint|primary|unique|check|foreign|exclude)[ (]/) {
            sub(/^add (if not exists )?/, "", action)
            check_column(line, action)
        } else bad(line, "'" action "' is not additive")
    }
}

# ---- statements ----

function first_word(s) { sub(/[ (].*$/, "", s); return s }
# What @s is about, after the words @re; "" if it does not begin with them.
function after(s, re) { return sub(re, "", s) ? first_word(s) : "" }

function check_references(line, s,   name) {
    while (match(s, /[ ,(]references [^ (),]+/)) {
        name = substr(s, RSTART + 12, RLENGTH - 12)
        if (!(name in own)) bad(line, "a reference to " name " binds what older builds do with it: not additive")
        s = substr(s, RSTART + RLENGTH)
    }
}
function check_index(line, s,   name) {
    name = s
    sub(/^.* on (only )?/, "", name)
    if (s ~ /^create (unique )?index concurrently /) bad(line, "needs the mark -- concurrent, in a migration of its own")
    else if (!(match(s, / on (only )?[^ (]+/)) || !(after(substr(s, RSTART), "^ on (only )?") in own))
        bad(line, "an index on a table that stood before: make it concurrently")
}
function check_concurrent(line, s) {
    if (s !~ /^create (unique )?index concurrently (if not exists )?[^ ]+ on / && s !~ /^drop index concurrently (if exists )?[^ ,]+$/ ||
        s ~ /^create (unique )?index concurrently (if not exists )?on /)
        bad(line, "a concurrent one only creates and drops indexes, concurrently and by name")
}
function check_additive(line, s,   name) {
    if (s ~ /^create table /) {
        check_references(line, s)
        if (s ~ /[ )]inherits ?\(/) bad(line, "rows of an heir are seen in the table it inherits from: not additive")
    } else if (s ~ /^alter table /) check_alter(line, s)
    else if (s ~ /^insert into /) {
        name = after(s, "^insert into ")
        if (!(name in own)) bad(line, "rows for " name ", which stood before: not additive")
    } else if (s !~ /^(create (unique )?index|create function|create view|create type|create sequence|comment on) /)
        bad(line, "'" substr(s, 1, 40) "' is not on the list of what is additive")
}
function lint(   text, i, n, s, name) {
    text = slurp(file)
    check_name()
    check_marks(text)
    split("", own)
    n = statements(text, statement, started)
    for (i = 1; i <= n; i++) {
        s = statement[i]
        if (s ~ /^(begin|commit|end|rollback|start transaction|savepoint|set (session )?(lock|statement)_timeout)( |$)/)
            bad(started[i], "'" s "': transactions and times are migrate's own")
        if (concurrent) { check_concurrent(started[i], s); continue }
        name = after(s, "^create (unlogged )?table (if not exists )?")
        if (name != "") own[name] = 1
        if (s ~ /^create (unique )?index /) check_index(started[i], s)
        if (additive) check_additive(started[i], s)
    }
}
BEGIN {
    for (a = 1; a < ARGC; a++) { file = ARGV[a]; lint() }
    exit faults > 0
}
