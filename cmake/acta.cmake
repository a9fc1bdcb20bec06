# What every target of ours has in common, and the one helper for each kind of target.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
endif()

set(ACTA_SANITIZE "" CACHE STRING "Sanitizers for our own code, as in -fsanitize=")

# What a user of our headers needs too.
add_library(acta_settings INTERFACE)
target_include_directories(acta_settings INTERFACE
  "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include;${PROJECT_SOURCE_DIR}>"
  "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
target_compile_features(acta_settings INTERFACE cxx_std_20)

option(ACTA_DELIBERATE_FAULTS "Let tests/broken make faults happen; for no other use" OFF)
if(ACTA_DELIBERATE_FAULTS)
  target_compile_definitions(acta_settings INTERFACE ACTA_DELIBERATE_FAULTS)
endif()

# Only our own code has to bear these. Somebody who adds this folder to a project may have another compiler,
# and cannot mend our code: no warning stops that build.
add_library(acta_warnings INTERFACE)
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(acta_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
    -Woverloaded-virtual -Wold-style-cast -Werror)
endif()
# GCC 12 warns of overlapping copies in `"text" + std::string` that are not there (its bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(acta_warnings INTERFACE -Wno-restrict)
endif()
if(ACTA_SANITIZE)
  target_compile_options(acta_settings INTERFACE
    -fsanitize=${ACTA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(acta_settings INTERFACE -fsanitize=${ACTA_SANITIZE})
  if(ACTA_SANITIZE STREQUAL "thread")
    # It does not know fences; what Asio orders by them, it orders by locks as well.
    target_compile_definitions(acta_settings INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()

# acta_library(NAME SOURCES ... [PUBLIC targets] [PRIVATE targets])
function(acta_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC acta_settings ${arg_PUBLIC}
    PRIVATE $<BUILD_INTERFACE:acta_warnings> ${arg_PRIVATE})
endfunction()

# acta_program(NAME SOURCES ... LINK ...): linked with jemalloc, which measured a quarter faster,
# except under a sanitizer, which brings its own allocator.
function(acta_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE acta_settings acta_warnings ${arg_LINK})
  if(NOT ACTA_SANITIZE)
    target_link_libraries(${name} PRIVATE -Wl,--no-as-needed ${JEMALLOC} -Wl,--as-needed)
  endif()
endfunction()
