# hp_embed_sql(TARGET NAME DIR): every DIR/sql/*.sql and DIR/<folder>/sql/*.sql becomes `const struct sql_stmt sql_<file>` and
# every DIR/migrations/*.sql a row of `const struct migration <NAME>_migrations[]`. The header is <NAME>_sql.h;
# `const struct sql_stmt *const <NAME>_statements[]` lists all statements, ended by NULL.
set(HP_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_sql.cmake)
function(hp_embed_sql target name dir)
  file(GLOB sql CONFIGURE_DEPENDS ${dir}/sql/*.sql ${dir}/*/sql/*.sql)
  file(GLOB migrations CONFIGURE_DEPENDS ${dir}/migrations/*.sql)
  # the frame's functions are called by statements of all
  file(GLOB frame_migrations CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/common/service/migrations/*.sql)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  add_custom_command(
    OUTPUT ${out}/${name}_sql.c ${out}/${name}_sql.h
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DDIR=${dir} -DOUT=${out} -P ${HP_EMBED_SCRIPT}
    DEPENDS ${sql} ${migrations} ${frame_migrations} ${HP_EMBED_SCRIPT}
    COMMENT "Embedding the SQL of ${name}")
  target_sources(${target} PRIVATE ${out}/${name}_sql.c ${out}/${name}_sql.h)
  target_include_directories(${target} PUBLIC ${out})
endfunction()

# hp_embed_text(TARGET NAME FILE): the file's text as `const char NAME[]`, ended by NUL.
set(HP_EMBED_TEXT_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_text.cmake)
function(hp_embed_text target name file)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded/${name}.c)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DFILE=${file} -DOUT=${out} -P ${HP_EMBED_TEXT_SCRIPT}
    DEPENDS ${file} ${HP_EMBED_TEXT_SCRIPT}
    COMMENT "Embedding ${name}")
  target_sources(${target} PRIVATE ${out})
endfunction()
