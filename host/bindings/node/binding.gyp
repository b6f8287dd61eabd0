{
  "targets": [
    {
      "target_name": "remit",
      "sources": ["src/addon.c", "src/values.c", "src/handles.c", "src/policy.c", "src/names.c", "src/request.c", "src/call.c"],
      "defines": ["NAPI_VERSION=8"],
      "cflags": ["-std=c11", "-Wall", "-Wextra", "-fvisibility=hidden", "<!@(pkg-config --cflags remit)"],
      "libraries": ["<!@(pkg-config --libs remit)"],
      "ldflags": ["-Wl,-rpath,<!(pkg-config --variable=libdir remit)"]
    }
  ]
}
