/* SPDX-License-Identifier: Apache-2.0 */
/* An uploaded file: one of the known types or none, whatever it says about itself. */
#include <string.h>

#include "services/gateway/file/sniff.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_file file;
    const char *type;
    enum reason why;

    fuzz_file_open(&file, data, size);
    type = sniff_type(file.fd, size, &why);
    CHECK(!type || strcmp(sniff_media(type), "application/octet-stream") != 0);
    CHECK(!sniff_type(file.fd, 0, &why));
    fuzz_file_close(&file);
    return 0;
}
