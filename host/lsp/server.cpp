#include "host/lsp/server.h"

#include <nlohmann/json.hpp>

#include "host/lsp/features/feature.h"
#include "host/lsp/features/publish.h"
#include "host/lsp/features/semantic.h"
#include "host/lsp/features/test_runs.h"
#include "host/lsp/text/uri.h"

namespace remit::lsp {

namespace {

// Codes of JSON-RPC and of the protocol.
constexpr int kParseError = -32700, kInvalidRequest = -32600, kMethodNotFound = -32601, kInternalError = -32603,
              kNotInitialized = -32002, kCancelled = -32800, kRefused = -32803;

struct Request {
    const char* method;
    Feature run;
};
constexpr Request kRequests[] = {
    {"textDocument/hover", hover},
    {"textDocument/completion", completion},
    {"textDocument/signatureHelp", signature_help},
    {"textDocument/definition", definition},
    {"textDocument/references", references},
    {"textDocument/documentHighlight", document_highlight},
    {"textDocument/prepareRename", prepare_rename},
    {"textDocument/rename", rename},
    {"textDocument/documentSymbol", document_symbol},
    {"textDocument/formatting", formatting},
    {"textDocument/rangeFormatting", range_formatting},
    {"textDocument/semanticTokens/full", semantic_tokens},
    {"textDocument/semanticTokens/range", semantic_tokens_range},
    {"textDocument/foldingRange", folding_range},
    {"textDocument/selectionRange", selection_range},
    {"textDocument/codeAction", code_action},
    {"textDocument/inlayHint", inlay_hint},
    {"textDocument/codeLens", code_lens},
    {"textDocument/documentLink", document_link},
    {"workspace/symbol", workspace_symbol},
    {"workspace/executeCommand", execute_command},
    {"remit/moduleText", module_text},
};

Json capabilities(Encoding encoding) {
    const char* name = encoding == Encoding::Utf8 ? "utf-8" : encoding == Encoding::Utf32 ? "utf-32" : "utf-16";
    return {{"positionEncoding", name},
            {"textDocumentSync", {{"openClose", true}, {"change", 2}, {"save", {{"includeText", false}}}}},
            {"hoverProvider", true},
            {"completionProvider", {{"triggerCharacters", {".", "(", "{", ":"}}}},
            {"signatureHelpProvider", {{"triggerCharacters", {"(", ","}}}},
            {"definitionProvider", true},
            {"referencesProvider", true},
            {"documentHighlightProvider", true},
            {"documentSymbolProvider", true},
            {"workspaceSymbolProvider", true},
            {"renameProvider", {{"prepareProvider", true}}},
            {"documentFormattingProvider", true},
            {"documentRangeFormattingProvider", true},
            {"foldingRangeProvider", true},
            {"selectionRangeProvider", true},
            {"codeActionProvider", {{"codeActionKinds", {"quickfix", "refactor.rewrite"}}}},
            {"inlayHintProvider", true},
            {"codeLensProvider", {{"resolveProvider", false}}},
            {"documentLinkProvider", {{"resolveProvider", false}}},
            {"executeCommandProvider", {{"commands", {"remit.runTest", "remit.showHash"}}}},
            {"semanticTokensProvider",
             {{"legend", {{"tokenTypes", kTokenTypes}, {"tokenModifiers", kTokenModifiers}}},
              {"full", true},
              {"range", true}}},
            {"workspace", {{"workspaceFolders", {{"supported", true}, {"changeNotifications", true}}}}}};
}

/// The first encoding of the client's list that we have; UTF-16, which all have, if it gives none.
Encoding agreed_encoding(const Json& client) {
    const Json& offered = at(client, "general", "positionEncodings");
    if (offered.is_array())
        for (const Json& name : offered) {
            if (name == "utf-8") return Encoding::Utf8;
            if (name == "utf-16") return Encoding::Utf16;
            if (name == "utf-32") return Encoding::Utf32;
        }
    return Encoding::Utf16;
}

bool is_id(const Json& id) { return id.is_number_integer() || id.is_string(); }

}  // namespace

struct Server::Impl {
    Impl(Machine machine, Sink sink_in)
        : sink(std::move(sink_in)), workspace(std::move(machine)), context{workspace, runs, Encoding::Utf16, {}} {}

    Sink sink;
    Workspace workspace;
    TestRuns runs;
    Context context;
    Publisher publisher;
    std::deque<Json> waiting;
    bool initialized = false, shut_down = false, exited = false, dirty = false;

    // ---- messages ----------------------------------------------------------------------------------------------

    void send(Json message) {
        message["jsonrpc"] = "2.0";
        sink(dump(message));
    }
    void notify(const char* method, Json params) { send({{"method", method}, {"params", std::move(params)}}); }
    void answer(const Json& id, Json result) { send({{"id", id}, {"result", std::move(result)}}); }
    void fail(const Json& id, int code, const std::string& why) {
        send({{"id", id}, {"error", {{"code", code}, {"message", why}}}});
    }

    void receive(const std::string& text) {
        Json message = Json::parse(text, nullptr, false);
        if (message.is_discarded()) return fail(nullptr, kParseError, "the message is no JSON");
        if (!message.is_object() || !at(message, "method").is_string()) {
            // Answers to requests of ours carry no method; all else without one is no message.
            if (!message.is_object() || !message.contains("id"))
                fail(nullptr, kInvalidRequest, "the message is no request");
            return;
        }
        if (text_at(message, "method") == "$/cancelRequest") return cancel(at(message, "params", "id"));
        waiting.push_back(std::move(message));
    }

    /// Only what still waits can be cancelled.
    void cancel(const Json& id) {
        for (auto it = waiting.begin(); it != waiting.end(); ++it) {
            if (!is_id(id) || at(*it, "id") != id) continue;
            fail(id, kCancelled, "cancelled");
            waiting.erase(it);
            return;
        }
    }

    void handle(const Json& message) {
        const std::string method = text_at(message, "method");
        const Json& id = at(message, "id");
        const Json& params = at(message, "params");
        if (!message.contains("id")) return notification(method, params);
        if (!is_id(id)) return fail(nullptr, kInvalidRequest, "an id is a number or a string");
        if (method == "initialize")
            return initialized ? fail(id, kInvalidRequest, "initialized already") : initialize(id, params);
        if (!initialized) return fail(id, kNotInitialized, "`initialize` comes first");
        if (shut_down) return fail(id, kInvalidRequest, "the server is shut down");
        if (method == "shutdown") {
            shut_down = true;
            return answer(id, nullptr);
        }
        for (const Request& request : kRequests)
            if (method == request.method) return run(id, request, params);
        fail(id, kMethodNotFound, "no method `" + method + "`");
    }

    void run(const Json& id, const Request& request, const Json& params) {
        try {
            answer(id, request.run(context, params));
            if (request.run == execute_command) ran_command(params);
        } catch (const Refusal& refusal) { fail(id, kRefused, refusal.why); } catch (const std::exception& e) {
            fail(id, kInternalError, e.what());
        }
    }

    /// Lenses and failed tests are not what they were.
    void ran_command(const Json& params) {
        if (text_at(params, "command") != "remit.runTest") return;
        dirty = true;
        if (flag_at(at(context.client, "workspace", "codeLens"), "refreshSupport"))
            send({{"id", "remit-refresh"}, {"method", "workspace/codeLens/refresh"}});
    }

    // ---- life --------------------------------------------------------------------------------------------------

    void initialize(const Json& id, const Json& params) {
        initialized = true;
        context.client = at(params, "capabilities");
        context.encoding = agreed_encoding(context.client);
        const Json& folders = at(params, "workspaceFolders");
        if (folders.is_array())
            for (const Json& f : folders) workspace.project().add_folder(path_of(text_at(f, "uri")));
        else if (at(params, "rootUri").is_string())
            workspace.project().add_folder(path_of(text_at(params, "rootUri")));
        answer(id, {{"capabilities", capabilities(context.encoding)}, {"serverInfo", {{"name", "remit"}}}});
    }

    void notification(const std::string& method, const Json& params) {
        if (method == "exit") exited = true;
        if (!initialized || shut_down) return;
        if (method == "initialized") watch_files();
        if (method == "textDocument/didOpen") opened(at(params, "textDocument"));
        if (method == "textDocument/didChange") changed(params);
        if (method == "textDocument/didClose") workspace.close(text_at(at(params, "textDocument"), "uri"));
        if (method == "workspace/didChangeWatchedFiles") files_changed(at(params, "changes"));
        if (method == "workspace/didChangeWorkspaceFolders") folders_changed(at(params, "event"));
        if (method.starts_with("textDocument/") || method.starts_with("workspace/")) dirty = true;
    }

    /// Asks to be told of policy files that change on the disk.
    void watch_files() {
        if (!flag_at(at(context.client, "workspace", "didChangeWatchedFiles"), "dynamicRegistration")) return;
        Json options = {{"watchers", Json::array({{{"globPattern", "**/*.remit"}}})}};
        Json registration = {{"id", "remit-files"},
                             {"method", "workspace/didChangeWatchedFiles"},
                             {"registerOptions", std::move(options)}};
        send({{"id", "remit-watch"},
              {"method", "client/registerCapability"},
              {"params", {{"registrations", Json::array({std::move(registration)})}}}});
    }

    // ---- documents ---------------------------------------------------------------------------------------------

    static int64_t version_of(const Json& document) {
        const Json& version = at(document, "version");
        return version.is_number_integer() ? version.get<int64_t>() : 0;
    }

    void opened(const Json& document) {
        const std::string uri = text_at(document, "uri");
        if (!uri.empty()) workspace.open(uri, text_at(document, "text"), version_of(document));
    }

    void changed(const Json& params) {
        Document* document = workspace.document(text_at(at(params, "textDocument"), "uri"));
        const Json& changes = at(params, "contentChanges");
        if (!document || !changes.is_array()) return;
        for (const Json& change : changes) apply(*document, change);
        document->version = version_of(at(params, "textDocument"));
        workspace.changed(*document);
    }

    void apply(Document& document, const Json& change) {
        if (!at(change, "text").is_string()) return;
        std::string text = text_at(change, "text");
        if (!at(change, "range").is_object()) return document.set_text(std::move(text));
        const Range range = range_of(at(change, "range"));
        const size_t begin = document.lines.offset(range.start, context.encoding);
        const size_t end = std::max(begin, document.lines.offset(range.end, context.encoding));
        std::string all = document.text;
        document.set_text(all.replace(begin, end - begin, text));
    }

    void files_changed(const Json& changes) {
        std::vector<std::string> paths;
        if (changes.is_array())
            for (const Json& c : changes) paths.push_back(path_of(text_at(c, "uri")));
        workspace.disk_changed(paths);
    }

    void folders_changed(const Json& event) {
        const auto each = [&](const char* key, auto visit) {
            if (at(event, key).is_array())
                for (const Json& f : at(event, key)) visit(path_of(text_at(f, "uri")));
        };
        each("removed", [&](const std::string& path) { workspace.project().remove_folder(path); });
        each("added", [&](const std::string& path) { workspace.project().add_folder(path); });
        workspace.project().forget();
    }

    void idle() {
        if (!dirty || !initialized || shut_down) return;
        dirty = false;
        for (Json& params : publisher.changes(context)) notify("textDocument/publishDiagnostics", std::move(params));
    }
};

Server::Server(Machine machine, Sink sink) : impl_(std::make_unique<Impl>(std::move(machine), std::move(sink))) {}
Server::~Server() = default;

void Server::receive(std::string text) try { impl_->receive(text); } catch (const std::exception& e) {
    impl_->fail(nullptr, kInternalError, e.what());
}

bool Server::step() {
    if (impl_->waiting.empty()) return false;
    const Json message = std::move(impl_->waiting.front());
    impl_->waiting.pop_front();
    try {
        impl_->handle(message);
    } catch (const std::exception& e) { impl_->fail(nullptr, kInternalError, e.what()); }
    return true;
}

void Server::idle() try { impl_->idle(); } catch (const std::exception& e) {
    impl_->fail(nullptr, kInternalError, e.what());
}

size_t Server::waiting() const { return impl_->waiting.size(); }
void Server::complain(std::string_view why) { impl_->fail(nullptr, kParseError, std::string(why)); }
bool Server::exited() const { return impl_->exited; }
int Server::exit_code() const { return impl_->shut_down ? 0 : 1; }

}  // namespace remit::lsp
