# Writes one {name, text} initialiser for each module.
set(text "")
foreach(module ${MODULES})
  get_filename_component(name ${module} NAME_WE)
  file(READ ${module} body)
  string(APPEND text "{\"std.${name}\", R\"remit_module(${body})remit_module\"},\n")
endforeach()
file(WRITE ${OUT} "${text}")
