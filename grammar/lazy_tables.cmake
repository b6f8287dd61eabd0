# The generated recogniser builds its tables in a static initialiser, which every process pays for, `remit --version` too. This moves
# that into the constructor, once. usage: cmake -DCLASS=RemitParser -DFILE=RemitParser.cpp -P lazy_tables.cmake
# A generator that initialises on demand (4.10 and later) has no such line, and its output stays as it is.
file(READ ${FILE} text)
string(FIND "${text}" "${CLASS}::Initializer ${CLASS}::_init;" definition)
if(definition EQUAL -1)
  return()
endif()
string(REPLACE "${CLASS}::Initializer ${CLASS}::_init;" "" text "${text}")
string(REGEX REPLACE "(${CLASS}::${CLASS}\\([A-Za-z]+ \\*input\\) : [A-Za-z]+\\(input\\) {\n)" "\\1  static const Initializer once;\n" changed "${text}")
if(changed STREQUAL text)
  message(FATAL_ERROR "${FILE}: the constructor of ${CLASS} does not look as expected")
endif()
file(WRITE ${FILE} "${changed}")
