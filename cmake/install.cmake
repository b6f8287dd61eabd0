# `cmake --install`: headers, libraries, find_package(Remit), pkg-config. The prefix may be moved afterwards.
include(CMakePackageConfigHelpers)

install(DIRECTORY ${CMAKE_SOURCE_DIR}/host/embed/include/remit DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT embed
        FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
install(TARGETS remit remit-solver RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT cli)

set(REMIT_CMAKE_FOLDER ${CMAKE_INSTALL_LIBDIR}/cmake/Remit)
set(REMIT_VM_LINK -lre2 ${REMIT_VM_FOREIGN})
set(REMIT_COMPILE_LINK -lantlr4-runtime ${REMIT_VM_LINK})
install(EXPORT RemitTargets NAMESPACE Remit:: DESTINATION ${REMIT_CMAKE_FOLDER} COMPONENT embed)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/RemitConfig.cmake.in ${CMAKE_BINARY_DIR}/cmake/RemitConfig.cmake
                              INSTALL_DESTINATION ${REMIT_CMAKE_FOLDER})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/cmake/RemitConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/cmake/RemitConfig.cmake ${CMAKE_BINARY_DIR}/cmake/RemitConfigVersion.cmake
        DESTINATION ${REMIT_CMAKE_FOLDER} COMPONENT embed)

# remit_pc(file description library private...)
function(remit_pc name description library)
  string(REPLACE ";" " " REMIT_PC_PRIVATE "${ARGN}")
  set(REMIT_PC_NAME ${name})
  set(REMIT_PC_DESCRIPTION ${description})
  set(REMIT_PC_LIBRARY ${library})
  file(RELATIVE_PATH REMIT_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  configure_file(${CMAKE_SOURCE_DIR}/cmake/remit.pc.in ${CMAKE_BINARY_DIR}/cmake/${name}.pc @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/cmake/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT embed)
endfunction()
remit_pc(remit-vm "Decides what an AI agent may do, by compiled policies" remit_vm ${REMIT_VM_LINK} -lstdc++)
remit_pc(remit "Compiles policies for AI agents, and decides by them" remit ${REMIT_COMPILE_LINK} -lstdc++)
