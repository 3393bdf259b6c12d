/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/commands.h"

#include "services/cli/commands/cmd_archive.h"
#include "services/cli/commands/cmd_calendar.h"
#include "services/cli/commands/cmd_clock.h"
#include "services/cli/commands/cmd_demo.h"
#include "services/cli/commands/cmd_export.h"
#include "services/cli/commands/cmd_import.h"
#include "services/cli/commands/cmd_jobs.h"
#include "services/cli/commands/cmd_lint.h"
#include "services/cli/commands/cmd_proof.h"
#include "services/cli/commands/cmd_snapshot.h"
#include "services/cli/commands/cmd_status.h"
#include "services/cli/commands/cmd_streams.h"
#include "services/cli/commands/cmd_table.h"
#include "services/cli/commands/cmd_up.h"
#include "services/cli/commands/cmd_verify.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

/* clang-format off */
static const struct arg_option up_options[] = {
    {"port", "N", N_("the API's port; the metrics ports follow it; 0: any free ones (8310 unless told before)")},
    {"address", "IP", N_("the address the API listens on (127.0.0.1 unless told before)")},
    {"clock", "MODE", N_("machine (default), or manual: time stands until hongping clock moves it")},
    {"clock-start", "INSTANT", N_("where a new stack's manual clock stands")},
    {"set", "KEY=VALUE", N_("a setting of all services, or of one: SERVICE.KEY=VALUE; may be repeated")},
    {"foreground", NULL, N_("stay, and stop everything on ^C")},
    {NULL, NULL, NULL},
};
static const struct arg_option streams_options[] = {
    {"in", "SERVICE", N_("the service whose subscription is meant")},
    {"event", "ID", N_("the parked event to skip")},
    {"from", "POSITION", N_("where a source whose history changed is heard again: the last event that still counts")},
    {"seal", "HASH", N_("the hash of the source's seal that ends there, of an archive's last line for instance: it must be that one")},
    {"reason", "TEXT", N_("why; it is logged")},
    {NULL, NULL, NULL},
};
static const struct arg_option clock_options[] = {
    {"to", "INSTANT", N_("advance to this instant")},
    {NULL, NULL, NULL},
};
static const struct arg_option calendar_options[] = {
    {"count-start", NULL, N_("the start day is the first day if it is worked")},
    {NULL, NULL, NULL},
};
static const struct arg_option import_options[] = {
    {"preview", NULL, N_("say what every row would do, and change nothing")},
    {"confirm", "ROW:WARNING", N_("take this row, a line or an identifier, in spite of the warning; may be repeated")},
    {"expect", "DIGEST", N_("do it only if it does just what the preview showed that printed DIGEST; --confirm WARNING then means the rows shown")},
    {"refused", "FILE", N_("write the rows that were refused, with the reasons, to FILE: to mend and import again")},
    {"account", "NAME", N_("the account to sign in with (needed)")},
    {"password-file", "FILE", N_("its password; otherwise the variable HONGPING_PASSWORD")},
    {"api", "URL", N_("the API's address (default: that of the running stack)")},
    {"district", "CODE", N_("whose rows they are (default: the stack's first district)")},
    {"programme", "ID", N_("inspections: the programme they belong to")},
    {"reason", "TEXT", N_("inspections: why they come after their panel was opened")},
    {NULL, NULL, NULL},
};
static const struct arg_option demo_options[] = {
    {"json", "FILE", N_("write the result as JSON; - is standard output, and then nothing else is printed there")},
    {"force", NULL, N_("replace FILE where one is there")},
    {"here", NULL, N_("play it in the running stack instead of a throw-away one")},
    {"if-absent", NULL, N_("with --here: when it was played there already, leave it as it is")},
    {NULL, NULL, NULL},
};
static const struct arg_option proof_options[] = {
    {"service", "NAME", N_("whose ledger it is (needed for stream and log, which every service has)")},
    {"out", "FILE", N_("write it there instead of on standard output")},
    {"force", NULL, N_("replace FILE where one is there")},
    {NULL, NULL, NULL},
};
static const struct arg_option verify_options[] = {
    {"chains", NULL, N_("the hash chains and archives alone: the read models are not rebuilt")},
    {NULL, NULL, NULL},
};
static const struct arg_option archive_options[] = {
    {"service", "NAME", N_("only that one's")},
    {NULL, NULL, NULL},
};
static const struct arg_option export_options[] = {
    {"service", "NAME", N_("whose ledger it is (needed for stream and log, which every service has)")},
    {"from", "SEQ", N_("begin with the seal over this row (default: the first row that is not archived)")},
    {"format", "WORD", N_("a list: csv or xlsx (default: as FILE is named)")},
    {"template", NULL, N_("a list: its columns with an example instead of its rows")},
    {"account", "NAME", N_("a list: the account to sign in with (needed)")},
    {"password-file", "FILE", N_("its password; otherwise the variable HONGPING_PASSWORD")},
    {"api", "URL", N_("the API's address (default: that of the running stack)")},
    {"district", "CODE", N_("whose rows they are (default: the stack's first district)")},
    {NULL, NULL, NULL},
};
static const struct arg_option snapshot_options[] = {
    {"load", NULL, N_("begin with the file: for a service that has heard nothing yet")},
    {NULL, NULL, NULL},
};
static const struct arg_option supervise_options[] = {
    {"bin", "DIR", ""}, {"port", "N", ""}, {"address", "IP", ""}, {"clock", "MODE", ""},
    {"set", "KEY=VALUE", ""}, {"throw-away", NULL, ""}, {"restart-ms", "N", ""},
    {NULL, NULL, NULL},
};

const struct command commands[] = {
    {"up", "", 0, 0, N_("start PostgreSQL and the services"),
     N_("Starts a private PostgreSQL and the six services, waits until every one answers, and leaves a supervisor that\n"
        "starts again what ends. The first start creates the account admin and prints its password once.\n"
        "What it was told is kept in hongping.conf of the data directory, and the next up needs none of it. A stack that\n"
        "runs already is left alone; what is said then and is not so has no effect: exit code 1. More: docs/operations.md."),
     up_options, cmd_up, false},
    {"down", "", 0, 0, N_("stop everything; the data stays"), NULL, NULL, cmd_down, false},
    {"status", "", 0, 0, N_("what runs, since when, and how far the streams are"), NULL, NULL, cmd_status, false},
    {"streams", "[retry|skip|rejoin SOURCE DISTRICT]", 0, 3, N_("positions and what stands still; retry, skip or rejoin"),
     N_("hongping streams                                    who follows whom, and how far\n"
        "hongping streams retry SOURCE DISTRICT --in SERVICE  try the parked event again\n"
        "hongping streams skip SOURCE DISTRICT --in SERVICE --event ID --reason TEXT\n"
        "hongping streams rejoin SOURCE DISTRICT --in SERVICE --from POSITION [--seal HASH] --reason TEXT"),
     streams_options, cmd_streams, false},
    {"clock", "[set INSTANT | advance DURATION]", 0, 2, N_("show or move the manual clock"),
     N_("hongping clock                        what time it is for the services\n"
        "hongping clock set INSTANT            2023-06-01T09:00:00+08:00\n"
        "hongping clock advance DURATION       90s, 45m, 36h, 7d, 2w\n"
        "hongping clock advance --to INSTANT\n"
        "Moving goes from due instant to due instant, and lets everything take effect in between."),
     clock_options, cmd_clock, false},
    {"calendar", "last-day DATE N | working DATE", 2, 3, N_("working days"),
     N_("hongping calendar last-day DATE N     the last of N working days from DATE, which is not counted itself\n"
        "hongping calendar working DATE        whether DATE is worked\n"
        "Years without a schedule of the State Council are refused."),
     calendar_options, cmd_calendar, false},
    {"check", "uscc|id CODE", 2, 2, N_("whether a credit code or a citizen number is well formed"), NULL, NULL, cmd_check, false},
    {"lint", "FILE...", 1, 1000, N_("check programme and scenario files"),
     N_("Prints FILE:LINE:COLUMN: message for every finding; for a scenario (FILE.scn) FILE:LINE: message."), NULL, cmd_lint, false},
    {"import", "KIND FILE", 2, 2, N_("import a table, .csv or .xlsx, through the HTTP API"),
     N_("KIND is enterprises, managers, experts, sites, projects, regions, committees or inspections. FILE is CSV (UTF-8, UTF-16 or GB18030; cells parted by\n"
        "commas, semicolons or tabs) or a workbook (.xlsx). Its first line names the columns; a column that it does not have stays as it is."), import_options, cmd_import, false},
    {"verify", "", 0, 0, N_("recompute every row and seal and rebuild the read models"),
     N_("Names every row that was changed and every figure that differs; then the exit code is 1.\n"
        "The services recompute their chains one after the other, as jobs that leave room for live commands; ^C leaves the one under way\n"
        "to itself."), verify_options, cmd_verify, false},
    {"archive", "MONTH", 1, 1, N_("write a month that is over to files and take it out of the database"),
     N_("MONTH is as 2026-10, in UTC. Streams and command logs of the month go to files in archive.folder, one for each ledger and\n"
        "district, which are read again from disk before their rows leave the database; hongping verify holds as before, and\n"
        "hongping-verify checks the files by themselves. A month whose commands are still remembered (message.days) is refused, and so\n"
        "is one before which another is not archived. Asked again it goes on where it was, or prints what there is. ^C leaves it to itself."),
     archive_options, cmd_archive, false},
    {"export", "KIND FILE | LEDGER DISTRICT FILE", 2, 3, N_("write a list of the registry, or the rows of a ledger, to a file"),
     N_("KIND is enterprises, managers, experts, sites, projects, regions or committees: FILE is what import takes, .csv or .xlsx.\n"
        "Otherwise it writes the rows of LEDGER (stream, log, ballot...) in DISTRICT and the seals over them, up to the newest one, to FILE in\n"
        "archive.folder; they stay where they are, and the month under way is in it. hongping-verify checks the file by itself, and with\n"
        "--against SEALFILE that it is what was signed. FILE is never overwritten. ^C leaves it to itself."),
     export_options, cmd_export, false},
    {"snapshot", "SERVICE FILE", 2, 2, N_("what a service made by hearing, to a file or from one"),
     N_("Writes the read models of SERVICE (reporting) and the positions they stand at, as of one instant, to FILE in archive.folder. With\n"
        "--load a new instance of it, with a database of its own that has heard nothing, begins with them and hears on from there, also where\n"
        "its sources have archived what came before. Start it with hear.from=snapshot, so that it waits for that. ^C leaves it to itself."),
     snapshot_options, cmd_snapshot, false},
    {"jobs", "[cancel ID]", 0, 2, N_("long work of the services: how far it is; cancel one"),
     N_("hongping jobs              what was asked for, newest first, and how far it is\n"
        "hongping jobs cancel ID    stop it at its next step"), NULL, cmd_jobs, false},
    {"proof", "LEDGER DISTRICT SEQ", 3, 3, N_("prove one row of a ledger to somebody who has nothing of ours"),
     N_("Prints a JSON document that leads from the row to a signature. Whoever is given it runs hongping-verify on it.\n"
        "Where the row is not what was sealed, the document shows that: it is said, and the exit code is 1."),
     proof_options, cmd_proof, false},
    {"states", "", 0, 0, N_("print the state machines of all services, as docs/states.md"), NULL, NULL, cmd_states, false},
    {"demo", "NAME|FILE.scn", 1, 1, N_("play a programme from publication to re-evaluation"),
     N_("NAME is a scenario that ships: changning-property-2023. It runs on a stack of its own, which is removed at the end, so that\n"
        "it can be repeated and run beside a live one, and stops at the first reply that is not the one the scenario tells."),
     demo_options, cmd_demo, false},
    {"table", "", 0, 0, "", NULL, NULL, cmd_table, true},
    {"supervise", "", 0, 0, "", NULL, supervise_options, cmd_supervise, true},
    {NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, false},
};
/* clang-format on */
