# Where everything goes: `cmake --install` and the packages use the same rules.

# Completion is made from the flags that the program declares, so by the program.
set(PM_COMPLETIONS ${PROJECT_BINARY_DIR}/completions)
file(MAKE_DIRECTORY ${PM_COMPLETIONS})
add_custom_command(TARGET pm POST_BUILD
                   COMMAND pm completion bash > ${PM_COMPLETIONS}/pm
                   COMMAND pm completion zsh > ${PM_COMPLETIONS}/_pm
                   COMMAND pm completion fish > ${PM_COMPLETIONS}/pm.fish
                   BYPRODUCTS ${PM_COMPLETIONS}/pm ${PM_COMPLETIONS}/_pm ${PM_COMPLETIONS}/pm.fish)

install(TARGETS pm RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${PM_COMPLETIONS}/pm DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${PM_COMPLETIONS}/pm.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
# Below /usr, Debian's zsh looks in a folder of its own.
install(CODE "
  set(folder site-functions)
  if(EXISTS /etc/debian_version AND CMAKE_INSTALL_PREFIX MATCHES \"/usr$\")
    set(folder vendor-completions)
  endif()
  file(INSTALL \"${PM_COMPLETIONS}/_pm\" DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/zsh/\${folder}\")")

# A page for each group of commands, and for each command one that says where it is explained: man pm-stop.
file(GLOB PM_COMMAND_PAGES CONFIGURE_DEPENDS man/*.1)
file(GLOB PM_FILE_PAGES CONFIGURE_DEPENDS man/*.5)
foreach(page ${PM_COMMAND_PAGES})
  get_filename_component(file ${page} NAME)
  file(STRINGS ${page} names REGEX "^\\.Nm pm-")
  list(TRANSFORM names REPLACE "^\\.Nm (pm-[a-z]+).*" "\\1")
  foreach(name ${names})
    if(NOT EXISTS ${PROJECT_SOURCE_DIR}/man/${name}.1)
      file(CONFIGURE OUTPUT man/${name}.1 CONTENT ".so man1/${file}\n" @ONLY)
      list(APPEND PM_COMMAND_PAGES ${PROJECT_BINARY_DIR}/man/${name}.1)
    endif()
  endforeach()
endforeach()
install(FILES ${PM_COMMAND_PAGES} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PM_FILE_PAGES} DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)

install(FILES packaging/systemd/pm@.service DESTINATION lib/systemd/system)
# The notices of what is linked in, as this machine has them. Boost and libstdc++ ask for none where only their compiled code
# is passed on (Boost Software License 1.0; GCC Runtime Library Exception 3.1).
set(PM_NOTICES "Parts of these libraries are in the program pm.\n")
foreach(package libfmt-dev libcli11-dev libtomlplusplus-dev libutf8proc-dev libc6-dev)
  if(EXISTS /usr/share/doc/${package}/copyright)
    file(READ /usr/share/doc/${package}/copyright notice)
    string(APPEND PM_NOTICES "\n======== ${package}\n\n${notice}")
  endif()
endforeach()
file(WRITE ${PROJECT_BINARY_DIR}/THIRD-PARTY "${PM_NOTICES}")
install(FILES ${PROJECT_BINARY_DIR}/THIRD-PARTY README.md LICENSE CONTRIBUTING.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
# What the README leads to, where it says.
foreach(file docs/migration.md docs/architecture.md docs/openapi.yaml docs/pictures/log.svg docs/pictures/panes.svg bench/README.md
        packaging/docker/README.md)
  get_filename_component(folder ${file} DIRECTORY)
  install(FILES ${file} DESTINATION ${CMAKE_INSTALL_DOCDIR}/${folder})
endforeach()
install(FILES Procfile.example DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(FILES packaging/logrotate/pm DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples RENAME logrotate)
install(DIRECTORY example DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples PATTERN __pycache__ EXCLUDE PATTERN hello EXCLUDE)
install(DIRECTORY example/hello DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
