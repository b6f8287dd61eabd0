# Runs worker.mjs in workerd; policy.wasm is what `remit build FILE --emit wasm -o policy.wasm` wrote beside this file.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "policy", worker = .policy)],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "policy")],
);

const policy :Workerd.Worker = (
  modules = [
    (name = "worker.mjs", esModule = embed "worker.mjs"),
    (name = "policy.mjs", esModule = embed "policy.mjs"),
    (name = "policy.wasm", wasm = embed "policy.wasm"),
  ],
  compatibilityDate = "2026-01-01",
);
