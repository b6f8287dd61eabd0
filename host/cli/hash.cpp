// `remit hash`: the version hash of a policy or image.
#include "host/cli/policy_file.h"
#include "host/cli/verbs.h"
#include "vm/value/sha256.h"

namespace remit::cli {

Exit run_hash(const Arguments& arguments, Console& console) {
    const Opened opened = open_policy(arguments.words[0], console.color_err());
    console.err(opened.report);
    if (opened.ok()) console.out().line(to_text(opened.compilation->layers[0].hash));
    return opened.exit;
}

}  // namespace remit::cli
