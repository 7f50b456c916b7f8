# The packages: `cpack -G DEB` and `cpack -G TGZ` in a build directory, or scripts/package for all of it. They are meant
# for the preset `release`, whose one binary needs nothing else.
set(CPACK_PACKAGE_NAME pm)
set(CPACK_PACKAGE_VENDOR "the pm authors")
set(CPACK_PACKAGE_CONTACT "The pm authors <authors@pm.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "process manager for Procfiles, in development and production")
set(CPACK_PACKAGE_DESCRIPTION "\
pm reads a Procfile, runs the processes that it names, and shows what they
write: line by line under their names, or each in a terminal of its own, side
by side. What fails is started again with growing delays; what is told to stop
is gone with all its children.
.
One static binary, with a control socket that speaks HTTP and JSON, manual
pages, completion for bash, zsh and fish, and a systemd unit for application
directories.")
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/DebianDocs.cmake)

string(TOLOWER ${CMAKE_SYSTEM_NAME} system)
set(CPACK_SYSTEM_NAME ${system}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_PACKAGE_FILE_NAME pm-${PROJECT_VERSION}-${CPACK_SYSTEM_NAME})

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "inotify-tools, python3-redis, redis-server")  # for the larger example
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS NO)
if(NOT PM_STATIC)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS YES)
endif()
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION YES)
set(PM_DEBIAN ${PROJECT_SOURCE_DIR}/packaging/debian)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PM_DEBIAN}/postinst ${PM_DEBIAN}/prerm ${PM_DEBIAN}/postrm)

file(STRINGS ${PM_DEBIAN}/changelog PM_RELEASED LIMIT_COUNT 1)
if(NOT PM_RELEASED MATCHES "^pm \\(${PROJECT_VERSION}\\)")
  message(FATAL_ERROR "packaging/debian/changelog begins with '${PM_RELEASED}', which is not version ${PROJECT_VERSION}")
endif()

include(CPack)
