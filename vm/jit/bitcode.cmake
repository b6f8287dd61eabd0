# The operations as LLVM bitcode: clang compiles vm/ops' inline functions, the library embeds the result (bitcode_data.cpp).
find_program(REMIT_CLANG NAMES clang++-${REMIT_LLVM_MAJOR} clang++ HINTS ${REMIT_LLVM_BINDIR} REQUIRED)
set(REMIT_OPS_BITCODE ${CMAKE_CURRENT_BINARY_DIR}/ops.bc)
add_custom_command(
  OUTPUT ${REMIT_OPS_BITCODE}
  COMMAND ${REMIT_CLANG} -std=c++20 -O2 -emit-llvm -c ${CMAKE_CURRENT_SOURCE_DIR}/bitcode/ops_bitcode.cpp -o ${REMIT_OPS_BITCODE}
          -I${CMAKE_CURRENT_SOURCE_DIR}/../.. -MD -MF ${REMIT_OPS_BITCODE}.d -MT ${REMIT_OPS_BITCODE}
          -fno-exceptions -fno-rtti -fno-strict-aliasing -fno-stack-protector -fno-unwind-tables -fno-asynchronous-unwind-tables
          -fno-vectorize -fno-slp-vectorize -fno-unroll-loops -fPIC -fvisibility=hidden
  DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/bitcode/ops_bitcode.cpp
  DEPFILE ${REMIT_OPS_BITCODE}.d
  COMMENT "operations as bitcode"
  VERBATIM)
