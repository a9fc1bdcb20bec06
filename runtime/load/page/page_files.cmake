# Writes page_files.cpp, which holds the files of this folder as text. Sets page_files to its path.
set(page_folder "${CMAKE_CURRENT_LIST_DIR}")
# In the order in which they build on each other.
set(page_scripts numbers.js measures.js elements.js scales.js chart.js percentile_chart.js
  time_charts.js verdict.js about.js sections.js knee.js page.js)

file(READ "${page_folder}/page.html" page_markup)
file(READ "${page_folder}/page.css" page_style)
set(page_script "")
foreach(name IN LISTS page_scripts)
  file(READ "${page_folder}/${name}" text)
  string(APPEND page_script "${text}")
endforeach()

set(page_files "${CMAKE_CURRENT_BINARY_DIR}/page_files.cpp")
configure_file("${page_folder}/page_files.cpp.in" "${page_files}" @ONLY)
if(NOT CMAKE_SCRIPT_MODE_FILE)
  list(TRANSFORM page_scripts PREPEND "${page_folder}/" OUTPUT_VARIABLE page_sources)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    "${page_folder}/page.html" "${page_folder}/page.css" ${page_sources})
endif()
