/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario - a story that is played on a stack, as a file: deploy/scenarios/<name>.scn
 *
 * UTF-8, a step a line; # begins a comment line, blank lines and white space before a step mean
 * nothing. A JSON that begins with { or [ goes on over as many lines as it needs. Files are named
 * relative to the scenario's folder.
 *
 *   district CODE                      whose story it is; the API's paths stand below it
 *   starts INSTANT                     where the clock of a stack of its own stands at first
 *   once PROGRAMME                     published already: it was played here before
 *
 *   at INSTANT TEXT                    move the clock there, let everything settle, tell it
 *   settle                             let everything that was said be heard everywhere
 *   as ACCOUNT [ROLE@REGION[/SUBJECT] NAME]
 *                                      who speaks from here on; with a role the account is opened
 *                                      and signed in, unless it was; "public": nobody
 *   do METHOD PATH [JSON]              must be done; a path that begins with /api/ is taken whole
 *   refused CODE METHOD PATH [JSON]    must be refused with this code
 *   get PATH                           ask; what is answered is read by keep, expect and each
 *   list NAME PATH                     all pages of the list NAME, kept under that name
 *   until PATH MEMBER JSON             ask again until the answer's member has this value
 *   upload FILE FILE_NAME MEDIA_TYPE   a file as evidence
 *   keep NAME MEMBER                   a member of the last answer ("notice.content_sha256",
 *                                      "entries.0.subject_id"; "recusals.#": how many), under a name
 *   expect MEMBER JSON                 a member of the last answer must be this
 *   file NAME FILE                     a file's text, under a name
 *   set NAME JSON, append NAME JSON    a value of our own; one more to a list of our own
 *   each FILE.csv | NAME [where MEMBER VALUE]... [by MEMBER]
 *   ... end                            for every row of a file or a kept list, those alone where a
 *                                      member has a value, in the order of a member; a row's
 *                                      members are names within; afterwards $rows is how many
 *   say TEXT, print TEXT               a remark on the step of the story, a line as it stands
 *   result KEY JSON                    into the document of `hongping demo --json`
 *
 * TEXT is "English | 中文"; what has no words (but those of names) needs no second language.
 * $name or ${name} stands for a value in every word, text and JSON; $$ is a dollar. In a JSON,
 * inside quotes it is text, outside a value as it is kept. ${name:FORM...} forms it:
 *   number  a whole number, of text too       milli  thousandths as a decimal fraction: 96.300
 *   points  points of the API, "96.3", with all three places: 96.300
 *   word    in the reader's language          mark   "!" for true, a space for the rest
 *   14      cut after 14 characters           +12    filled up to 12 columns, one at least
 *   -8      filled up to 8 from the left
 */
#pragma once
#include "common/base/arena.h"
#include "common/base/err.h"

enum scenario_verb {
    SCENARIO_DISTRICT,
    SCENARIO_STARTS,
    SCENARIO_ONCE,
    SCENARIO_AT,
    SCENARIO_SETTLE,
    SCENARIO_AS,
    SCENARIO_DO,
    SCENARIO_REFUSED,
    SCENARIO_GET,
    SCENARIO_LIST,
    SCENARIO_UNTIL,
    SCENARIO_UPLOAD,
    SCENARIO_KEEP,
    SCENARIO_EXPECT,
    SCENARIO_FILE,
    SCENARIO_SET,
    SCENARIO_APPEND,
    SCENARIO_EACH,
    SCENARIO_END,
    SCENARIO_SAY,
    SCENARIO_PRINT,
    SCENARIO_RESULT,
    SCENARIO_N_VERBS
};
enum {
    SCENARIO_WORDS = 3,
    SCENARIO_DEPTH = 8 /* as deep as loops stand */
};

/* What stands behind a step's words. */
enum scenario_rest {
    SCENARIO_REST_NONE,
    SCENARIO_REST_WORDS,
    SCENARIO_REST_TEXT,
    SCENARIO_REST_JSON,
    SCENARIO_REST_JSON_OR_NONE
};

struct scenario_step {
    enum scenario_verb verb;
    int line;                          /* it begins in, from 1 */
    const char *words[SCENARIO_WORDS]; /* in the order above; NULL where there is none */
    const char *rest; /* the text (English), JSON, what stands behind; "" if nothing */
    const char *zh;   /* TEXT: the Chinese, or the same as @rest */
    size_t end;       /* each: the index of its end */
};
struct scenario {
    const char *path, *folder; /* folder: what its files are relative to */
    const char *district, *starts, *once;
    struct scenario_step *steps;
    size_t n;
};
enum { SCENARIO_FILE_MAX = 8 * 1024 * 1024 }; /* bytes of a file beside it */

struct scenario_finding {
    int line;
    const char *message;
    struct scenario_finding *next; /* in the order of the file */
};
struct scenario_findings {
    struct arena *arena;
    struct scenario_finding *first, **tail;
};

/*
 * Read a scenario's text and check all that can be known without playing: verbs, words, instants
 * (which do not go back), JSON, names that nothing set, loops without end, files that are not
 * there, texts in one language. NULL when clean; then *ret_scenario is set. @path is for messages
 * and for the folder of its files; NULL: no file is looked at. Everything lives in @a; @text is
 * copied.
 */
struct scenario_finding *scenario_parse(struct arena *a, const char *path, const char *text,
                                        size_t size, struct scenario **ret_scenario);

/* Read the file @path and parse it. Negative: it cannot be read, @e says why; 0: as scenario_parse. */
int scenario_read(struct arena *a, const char *path, struct scenario **ret_scenario,
                  struct scenario_finding **ret_found, struct errtext *e) MUST_CHECK;

/* Whether an each's source is a file beside the scenario rather than a name. */
bool scenario_is_file(const char *source);
/* The next word of an each's rest, in @a; NULL at the end. */
const char *scenario_take(struct arena *a, const char **rest);
/* How a step is written, verb and words; what its rest is. */
const char *scenario_form(enum scenario_verb verb);
enum scenario_rest scenario_rest(enum scenario_verb verb);
/* One more finding, @message borrowed. */
void scenario_find(struct scenario_findings *found, int line, const char *message);
