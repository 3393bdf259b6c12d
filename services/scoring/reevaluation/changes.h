/* SPDX-License-Identifier: Apache-2.0 */
/*
 * changes - what happened to subjects: dissolved, merged, renamed, left. Runs, lists and cases all
 * read it; a case that it ends is ended at once
 */
#pragma once
#include "common/service/service.h"

/* intake.SubjectChanged: kept under the district left, where only one was; a new name is taken over.
 */
handler_fn on_subject_changed;
/* intake.SubjectChangeTakenBack: it is forgotten, so that nobody is judged by it; candidates stand
 * again, runs made with it are outdated. Cases it ended stay so until their honour is restored. */
handler_fn on_subject_change_taken_back;
