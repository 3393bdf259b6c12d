# SPDX-License-Identifier: Apache-2.0
# reasons_of.awk - which reasons each message can be refused for, read from the sources
#
#   awk -f cmake/reasons_of.awk proto/reasons/*.def $(find common services -name '*.[ch]')
#
# Prints a row REASONS_OF("intake.SubmitApplication", reason_a, reason_b, reason_none) for every COMMAND and QUERY of the tables in main.c: what its
# handler names, and all that it calls. What is called through a table counts as called by whoever names the table. More may be listed than
# can happen, never less: a reason a handler cannot name, it cannot give. Relies on the tree's format (clang-format): a function begins with
# its name at the left edge and ends with } there.

FNR == 1 { node = ""; text = ""; comment = 0 }

# comments and texts are nobody's calls
{
    line = $0
    gsub(/"([^"\\]|\\.)*"/, "", line)
    if (comment) {
        if (!sub(/^.*\*\//, "", line))
            next
        comment = 0
    }
    gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "", line)
    if (sub(/\/\*.*$/, "", line))
        comment = 1
}

line ~ /^REASON\([a-z]/ {
    split(line, part, /[(,]/)
    known["reason_" part[2]] = 1
    next
}

# COMMAND(intake__submit_application, submit_application)
line ~ /^ *(COMMAND|QUERY)\(/ {
    split(line, part, /[(), ]+/)
    for (i = 1; part[i] != "COMMAND" && part[i] != "QUERY"; )
        i++
    handler[part[i + 1]] = part[i + 2]
    home[part[i + 1]] = FILENAME
    next
}

# what the edge answers itself: if (row->request == &gateway__login__descriptor) login_go(call);
match(line, /== &[a-z_0-9]+__descriptor\)/) { answered = substr(line, RSTART + 4, RLENGTH - 17) }
answered && match(line, /[a-z_]+_go\(call\)/) {
    if (substr(line, RSTART, RLENGTH) != "call_go(call)") {
        handler[answered] = substr(line, RSTART, RLENGTH - 6)
        home[answered] = FILENAME
    }
    answered = ""
}

# a macro with a body is a node, and so is each use of it at the left edge: its first argument is the name it makes, or begins the names
# whose rests stand in its body
line ~ /^#define [A-Z_]+\(/ {
    node = line
    sub(/^#define /, "", node)
    sub(/\(.*/, "", node)
    in_macro = 1
}
in_macro {
    take(node, line)
    body[node] = body[node] " " line
    if (line !~ /\\$/) {
        in_macro = 0
        node = ""
    }
    next
}
line ~ /^#/ { next }

node == "" && line ~ /^[A-Za-z_]/ { text = "" }
node == "" {
    text = text " " line
    if (line ~ /^[A-Z_]+\([a-z]/ && line !~ /;$/) {
        split(line, part, /[(), ]+/)
        maker[++makers] = "makes " part[1] " " part[2]
        macro[makers] = part[1]
        makes[makers] = part[2]
        made_in[makers] = FILENAME
        table[maker[makers]] = 1
        take(maker[makers], line)
        text = ""
    } else if (line ~ /^\{/ || line ~ /= \{/) {
        node = named(text)
        static_in[node] = static_in[node] (text ~ /(^| )static /) " "
        where[node] = where[node] FILENAME " "
        node = node " " FILENAME
        if (line ~ /= \{/) {
            table[node] = 1
            take(node, line)
        }
        if (line ~ /;$/)
            node = text = ""
    } else if (line ~ /[;}] *$/)
        text = ""
    next
}
line ~ /^\}/ { node = ""; text = ""; next }
{
    take(node, line)
    if (table[node] && line ~ /\};$/)
        node = text = ""
}

# The name that a definition gives: what stands before its first bracket.
function named(text,    t)
{
    t = text
    sub(/[(\[=].*/, "", t)
    sub(/[ ]+$/, "", t)
    sub(/^.*[ *]/, "", t)
    return t
}

# What @line names: reasons, and whatever may be a function or a table.
function take(node, line,    word, rest, called)
{
    rest = line
    while (match(rest, /[A-Za-z_][A-Za-z_0-9]*/)) {
        word = substr(rest, RSTART, RLENGTH)
        called = substr(rest, RSTART + RLENGTH, 1) == "("
        rest = substr(rest, RSTART + RLENGTH)
        if (word in known)
            names[node] = names[node] word " "
        else if (called || word ~ /_/ || table[node] || word ~ /s$/)
            calls[node] = calls[node] word (called ? "() " : " ")
    }
}

# Walk from @node; sets seen and found.
function walk(node,    n, i, list, word, file)
{
    if (node in seen)
        return
    seen[node] = 1
    n = split(names[node], list, " ")
    for (i = 1; i <= n; i++)
        found[list[i]] = 1
    file = node
    sub(/^.* /, "", file)
    n = split(calls[node], list, " ")
    for (i = 1; i <= n; i++)
        step(list[i], file)
}

# @word as @file means it: its own of that name, else what is not static elsewhere.
function step(word, file,    called, n, i, places, inner)
{
    called = sub(/\(\)$/, "", word)
    if (word in calls || word in names)
        walk(word)
    if (!(word in where))
        return
    if (!called && !table[word " " file] && word !~ /_/)
        return
    n = split(where[word], places, " ")
    split(static_in[word], inner, " ")
    for (i = 1; i <= n; i++)
        if (places[i] == file) {
            walk(word " " file)
            return
        }
    for (i = 1; i <= n; i++)
        if (inner[i] == 0)
            walk(word " " places[i])
}

# Whether a use of a macro makes @word: decide_tie by JOINT_COMMAND(decide_tie, ...), intake_correct by CORRECTION_HANDLERS(intake, ...).
function is_made(word, i,    rest)
{
    if (word == makes[i])
        return 1
    if (index(word, makes[i] "_") != 1)
        return 0
    rest = substr(word, length(makes[i]) + 2)
    return match(body[macro[i]], "[^A-Za-z_]" rest "[^A-Za-z_]")
}

# A handler.
function begin(word, file,    n, i, k, list)
{
    step(word "()", file)
    if (word in where)
        return
    for (i = 1; i <= makers; i++) {
        if (!is_made(word, i))
            continue
        n = split(calls[maker[i]], list, " ")
        for (k = 1; k <= n; k++)
            step(list[k], made_in[i])
    }
}

# submit_application -> SubmitApplication
function camel(name,    n, i, list, out)
{
    n = split(name, list, "_")
    for (i = 1; i <= n; i++)
        out = out toupper(substr(list[i], 1, 1)) substr(list[i], 2)
    return out
}

END {
    for (message in handler)
        order[++count] = message
    for (i = 2; i <= count; i++)
        for (j = i; j > 1 && order[j - 1] > order[j]; j--) {
            swap = order[j]
            order[j] = order[j - 1]
            order[j - 1] = swap
        }
    for (i = 1; i <= count; i++) {
        split("", seen)
        split("", found)
        begin(handler[order[i]], home[order[i]])
        dot = index(order[i], "__")
        row = "REASONS_OF(\"" substr(order[i], 1, dot - 1) "." camel(substr(order[i], dot + 2)) "\""
        m = 0
        for (reason in found)
            sorted[++m] = reason
        for (j = 2; j <= m; j++)
            for (k = j; k > 1 && sorted[k - 1] > sorted[k]; k--) {
                swap = sorted[k]
                sorted[k] = sorted[k - 1]
                sorted[k - 1] = swap
            }
        for (j = 1; j <= m; j++)
            row = row ", " sorted[j]
        print row ", reason_none)"
    }
}
