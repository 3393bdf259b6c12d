# Run at the build: -DSCRIPT=reasons_of.awk -DFILES=the sources -DOUT=
execute_process(COMMAND awk -f ${SCRIPT} ${FILES} OUTPUT_VARIABLE rows RESULT_VARIABLE failed)
if(failed OR NOT rows MATCHES "REASONS_OF")
  message(FATAL_ERROR "${SCRIPT} found no message")
endif()
# written only when it says something else: whoever includes it is compiled anew only then
set(before "")
if(EXISTS ${OUT})
  file(READ ${OUT} before)
endif()
if(NOT rows STREQUAL before)
  file(WRITE ${OUT} "${rows}")
endif()
