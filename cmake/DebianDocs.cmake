# What Debian wants otherwise than everybody else, done to the staged files before the package is closed.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()
set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share)
set(debian ${CMAKE_CURRENT_LIST_DIR}/../packaging/debian)

file(REMOVE ${share}/doc/pm/LICENSE)
function(put name place)
  configure_file(${debian}/${name} ${share}/${place} COPYONLY FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
endfunction()
put(copyright doc/pm/copyright)
put(changelog doc/pm/changelog)
put(lintian-overrides lintian/overrides/pm)

file(GLOB texts ${share}/man/man*/* ${share}/doc/pm/changelog)
execute_process(COMMAND gzip -9n ${texts} COMMAND_ERROR_IS_FATAL ANY)
