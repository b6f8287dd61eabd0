#include <fmt/format.h>

#include "host/evidence/log/config.h"
#include "host/evidence/review/verify.h"

namespace remit::evidence {

void check_witnesses(const std::string& text, const std::string& path, const std::vector<VerifierKey>& witnesses,
                     Problems& problems) {
    if (witnesses.empty() || text.empty()) return;
    const auto note = parse_note(text);
    for (const VerifierKey& witness : witnesses) {
        if (note && signed_by(*note, witness)) continue;
        problems.add(ProblemKind::Witness, path, fmt::format("no cosignature of {} holds", witness.name));
    }
}

SignedHead check_head(const Reading& log, const VerifyOptions& options, Problems& problems) {
    SignedHead out;
    const VerifierKey& key = options.key ? *options.key : log.config().key;
    if (options.key && to_text(*options.key) != to_text(log.config().key)) {
        problems.add(ProblemKind::Key, kConfigPath, fmt::format("it names {}", to_text(log.config().key)));
    }
    if (auto head = log.head(&key)) {
        out.checkpoint = std::move(head->checkpoint);
        out.note = std::move(head->note);
    } else {
        problems.add(ProblemKind::Checkpoint, kCheckpointPath, head.error());
    }
    if (options.known.empty()) return out;
    auto known = open_checkpoint(options.known, key);
    if (!known) {
        problems.add(ProblemKind::Checkpoint, "the known checkpoint", known.error());
    } else if (known->origin != log.config().origin) {
        problems.add(ProblemKind::Checkpoint, "the known checkpoint", "it is of another log: " + known->origin);
    } else {
        out.known = std::move(*known);
    }
    return out;
}

}  // namespace remit::evidence
