// The table of `remit log`.
#include "host/cli/log.h"

namespace remit::cli {

namespace {

constexpr Flag kFormat = {"format", 0, "FORMAT", "human|json", "human", "how to print"};
constexpr Flag kFrom = {"from", 0, "N", "", "", "the first record, by its index"};
constexpr Flag kTo = {"to", 0, "N", "", "", "the record to stop before"};
constexpr Flag kBy = {"by", 0, "NAME", "", "", "who does this; stands in the record"};
constexpr Flag kOutput = {"output", 'o', "OUT", "", "", "where to write; standard output otherwise"};

constexpr Flag kVerifyFlags[] = {
    kFrom,
    kTo,
    {"record", 0, "ID", "", "", "verify one record by its inclusion proof: index, CHAIN.NUMBER, or the call's id"},
    {"proof", 0, "FILE", "", "", "with --record: write the proof (C2SP tlog-proof)"},
    {"key", 0, "VKEY", "", "", "the log's verifier key as you know it, or a file with it; else log.json is believed"},
    {"witness", 0, "VKEY,...", "", "", "verifier keys whose cosignatures the head must have"},
    {"known", 0, "FILE", "", "", "a signed checkpoint seen earlier, which the log must extend"},
    {"payloads", 0, "", "", "", "decrypt every payload and compare its commitment"},
    {"packet", 0, "FILE", "", "", "verify a packet of `remit log packet` instead of a log; goes with --key"},
    {"no-tiles", 0, "", "", "", "leave the published files (tlog/) out"},
    kFormat,
};
constexpr Flag kShowFlags[] = {
    kFrom,
    kTo,
    {"follow", 'f', "", "", "", "go on with records as they come"},
    {"payloads", 0, "", "", "", "show the sealed payloads too, as far as their keys exist"},
    kFormat,
};
constexpr Flag kFindFlags[] = {
    {"session", 0, "ID", "", "", "records of this session"},
    {"tenant", 0, "NAME", "", "", "of sessions of this tenant"},
    {"tool", 0, "NAME", "", "", "calls of this tool"},
    {"verdict", 0, "VERDICT", "allow|ask|deny", "", "decisions that came out so"},
    {"rule", 0, "HASH", "", "", "decisions in which this rule spoke (sha256:... or builtin:...)"},
    {"kind", 0, "KIND", "", "", "records of this kind: decision, intent, outcome, approval, ..."},
    {"call", 0, "ID", "", "", "the call with this id"},
    {"since", 0, "TIME", "", "", "not before: RFC 3339, or a duration back (2h, 7d)"},
    {"until", 0, "TIME", "", "", "before: likewise"},
    {"limit", 0, "N", "", "100", "at most so many, the newest first"},
    {"format", 0, "FORMAT", "human|json|index", "human", "how to print; index: the numbers only"},
};
constexpr Flag kPacketFlags[] = {
    kOutput,
    {"payloads", 0, "", "", "", "open the sealed payloads into it, as far as their keys exist"},
    {"signer", 0, "FILE", "", "", "the private key to sign the packet with; else the log's own"},
    {"format", 0, "FORMAT", "dsse|ocsf|text", "dsse", "a signed in-toto statement, an OCSF event, or for people"},
};
constexpr Flag kGraphFlags[] = {
    kOutput,
    {"format", 0, "FORMAT", "text|dot|svg", "text", "how to draw"},
};
constexpr Flag kExportFlags[] = {
    kFrom,
    kTo,
    {"format", 0, "FORMAT", "jsonl|cloudevents|ocsf", "jsonl", "one event a line in this form"},
};
constexpr Flag kPlainFlags[] = {kFormat};
constexpr Flag kResolveFlags[] = {
    {"as", 0, "STATUS", "done|failed|not-done|unknown", "", "what became of it"},
    kBy,
    {"note", 0, "TEXT", "", "", "how that is known"},
};
constexpr Flag kPruneFlags[] = {
    {"keep", 0, "CLASS=SPAN,...", "", "",
     "how long records of a retention class are kept (standard=400d); * for all others"},
    {"dry-run", 0, "", "", "", "say what would go, and stop"},
    kBy,
    kFormat,
};
constexpr Flag kEraseFlags[] = {
    {"subject", 0, "NAME", "", "", "payloads about this subject"},
    {"session", 0, "ID", "", "", "payloads of this session's subject"},
    {"tenant", 0, "NAME", "", "", "payloads of this tenant"},
    {"class", 0, "NAME", "", "", "payloads of this retention class"},
    {"key", 0, "ID", "", "", "payloads under the key of this number"},
    {"expired", 0, "", "", "", "payloads that were to be kept at most until now"},
    {"dry-run", 0, "", "", "", "say what would go, and stop"},
    kBy,
    {"why", 0, "TEXT", "", "", "the reason; stands in the record"},
    kFormat,
};
constexpr Flag kInitFlags[] = {
    {"origin", 0, "NAME", "", "", "names log and key for ever: a name without scheme, such as acme.example/gateway-1"},
    {"segment-size", 0, "BYTES", "", "", "of one segment file (default: 16 MiB)"},
};
constexpr Flag kKeysFlags[] = {
    {"format", 0, "FORMAT", "human|json|vkey|pem", "human", "how to print"},
};
constexpr Flag kKeygenFlags[] = {
    {"output", 'o', "FILE", "", "", "where the private key goes; the verifier key is printed"},
};
constexpr Flag kCosignFlags[] = {
    {"witness-key", 0, "FILE", "", "", "the witness's private key, of `remit log keygen`"},
    {"state", 0, "FILE", "", "", "what the witness signed last; made if it is missing"},
    {"key", 0, "VKEY", "", "", "the log's verifier key as the witness knows it; else the state's, else log.json's"},
    kOutput,
};

constexpr Verb kLogVerbs[] = {
    {"log verify", "is the log whole, unchanged and consistent?", "DIR | --packet FILE",
     "Reads every record and checks checksums, hashes, chains, policies' images, saved states, published files\n"
     "and the signed head. Exit code 1 and a named problem for whatever does not hold; docs/review.md lists them.",
     "remit log verify evidence/\n"
     "remit log verify evidence/ --key gateway.vkey --known last-week.checkpoint\n"
     "remit log verify evidence/ --record 17 --proof 17.tlog-proof\n"
     "remit log verify --packet incident.json --key gateway.vkey\n",
     kVerifyFlags, 0, 1, Completes::Paths, "", run_log_verify},
    {"log show", "print records", "DIR [ID]",
     "One record in full by its index, CHAIN.NUMBER or call id; otherwise a line for each record.",
     "remit log show evidence/ 17\n"
     "remit log show evidence/ --from 1000 --to 1100\n"
     "remit log show evidence/ --follow --format json\n",
     kShowFlags, 1, 2, Completes::Paths, "", run_log_show},
    {"log find", "search records by session, tenant, tool, verdict, rule, kind and time", "DIR",
     "Answers from an index in the log's folder, which it first brings up to date. All conditions must hold.",
     "remit log find evidence/ --tool payments.refund --verdict deny --since 2h\n"
     "remit log find evidence/ --session s-9 --format json\n",
     kFindFlags, 1, 1, Completes::Paths, "", run_log_find},
    {"log packet", "all that a review needs on one action, in one file", "DIR ID",
     "The record with those it belongs to, their proofs and the signed head: verifiable offline.",
     "remit log packet evidence/ 17 -o incident.json\n", kPacketFlags, 2, 2, Completes::Paths, "", run_log_packet},
    {"log graph", "a session's calls and what caused which", "DIR SESSION",
     "The invocation graph: calls with their parents, verdicts and outcomes.",
     "remit log graph evidence/ s-9\n"
     "remit log graph evidence/ s-9 --format svg -o s-9.svg\n",
     kGraphFlags, 2, 2, Completes::Paths, "", run_log_graph},
    {"log export", "records as events for other systems", "DIR",
     "One event a line, in the order of the log; the index names each for ever, so a receiver can drop repeats.",
     "remit log export evidence/ --format cloudevents > events.jsonl\n", kExportFlags, 1, 1, Completes::Paths, "",
     run_log_export},
    {"log doubts", "intents whose outcome nobody recorded", "DIR",
     "After a crash nobody knows whether these took effect. They are never retried; `remit log resolve` settles them.",
     "remit log doubts evidence/\n", kPlainFlags, 1, 1, Completes::Paths, "", run_log_doubts},
    {"log resolve", "settle an intent in doubt, on a person's word", "DIR ACTION",
     "Records the outcome with the name of who vouches for it.",
     "remit log resolve evidence/ 0f...a1.12 --as done --by dana --note 'the bank shows the transfer'\n", kResolveFlags,
     2, 2, Completes::Paths, "", run_log_resolve},
    {"log prune", "remove old records whose retention has passed", "DIR",
     "Whole segments go, from the oldest on, as far as no record in them must still be kept. Proofs stay valid.",
     "remit log prune evidence/ --keep 'standard=400d,*=90d' --dry-run\n"
     "remit log prune evidence/ --keep 'standard=400d,*=90d' --by retention-job\n",
     kPruneFlags, 1, 1, Completes::Paths, "", run_log_prune},
    {"log erase", "make payloads unreadable for ever", "DIR",
     "Destroys the keys of payloads and records that. What the tree holds stays, and every proof stays valid.",
     "remit log erase evidence/ --subject customer-17 --by dana --why 'request 4711 of the person concerned'\n"
     "remit log erase evidence/ --expired --by retention-job --why 'kept no longer than promised'\n",
     kEraseFlags, 1, 1, Completes::Paths, "", run_log_erase},
    {"log init", "make a new log", "DIR",
     "Makes the folder and a key pair, and prints the verifier key: give it to those who are to check the log.",
     "remit log init evidence/ --origin acme.example/gateway-1\n", kInitFlags, 1, 1, Completes::Paths, "",
     run_log_init},
    {"log keys", "print the log's verifier key", "DIR", "As C2SP verifiers write it, and as PEM for openssl.",
     "remit log keys evidence/ --format vkey > gateway.vkey\n", kKeysFlags, 1, 1, Completes::Paths, "", run_log_keys},
    {"log keygen", "make a witness's key pair", "NAME",
     "Writes the private key to a file of mode 0600 and prints the verifier key.",
     "remit log keygen witness.example/w1 -o witness.key\n", kKeygenFlags, 1, 1, Completes::Paths, "", run_log_keygen},
    {"log publish",
     "bring the static files (tlog/) up to date",
     "DIR",
     "Makes the C2SP tlog-tiles files from the segments, for web servers and other people's verifiers.",
     "remit log publish evidence/\n",
     {},
     1,
     1,
     Completes::Paths,
     "",
     run_log_publish},
    {"log cosign", "sign the log's head as a witness", "DIR",
     "A witness that keeps its own key and memory: it signs only a head that extends what it signed before, so\n"
     "nobody can roll the log back or show two versions of it.",
     "remit log cosign evidence/ --witness-key witness.key --state witness.state\n", kCosignFlags, 1, 1,
     Completes::Paths, "", run_log_cosign},
};

}  // namespace

std::span<const Verb> log_verbs() { return kLogVerbs; }

}  // namespace remit::cli
