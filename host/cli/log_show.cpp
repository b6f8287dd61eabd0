// `remit log show`.
#include "host/evidence/review/show.h"

#include <fmt/format.h>

#include <thread>

#include "host/cli/log.h"
#include "host/cli/numbers.h"

namespace remit::cli {

namespace {

using evidence::RecordView;

constexpr auto kLookAgain = std::chrono::milliseconds(200);

struct Layout {
    bool json = false, payloads = false, page = false;
};

void print(const OpenedLog& log, const RecordView& record, const Layout& layout, Console& console) {
    if (layout.json) {
        std::string line = evidence::json_of(record.index, record.entry);
        if (layout.payloads) {
            line.pop_back();
            line += "," + evidence::payloads_json(*log.reading, record) + "}";
        }
        return console.out().line(line);
    }
    std::string text = layout.page ? evidence::page_of(record.index, record.entry)
                                   : evidence::line_of(record.index, record.entry) + "\n";
    if (layout.payloads) text += evidence::payloads_page(*log.reading, record);
    console.out().write(printable(text));
}

/// The records of [from, to); with `follow` for ever.
Exit print_range(const OpenedLog& log, uint64_t from, uint64_t to, bool follow, const Layout& layout,
                 Console& console) {
    evidence::JournalReader& reader = log.reading->journal();
    uint64_t at = std::max(from, reader.first());
    bool placed = false;
    while (at < to && !console.out().failed()) {
        if (!placed) {
            const auto found = reader.seek(at);
            if (!found) {
                console.error(found.error());
                return Exit::Wrong;
            }
            placed = *found;
        }
        const auto record = placed ? reader.next() : Result<const RecordView*>(nullptr);
        if (!record) {
            console.error(record.error());
            return Exit::Wrong;
        }
        if (*record != nullptr) {
            print(log, **record, layout, console);
            at = (*record)->index + 1;
            continue;
        }
        if (!follow) break;
        console.out().flush();
        std::this_thread::sleep_for(kLookAgain);
    }
    return Exit::Fine;
}

}  // namespace

Exit run_log_show(const Arguments& arguments, Console& console) {
    uint64_t from = 0, to = UINT64_MAX;
    std::string wrong;
    if (!take_number(arguments, "from", from, wrong) || !take_number(arguments, "to", to, wrong)) {
        console.error(wrong);
        return Exit::Usage;
    }
    const OpenedLog log = open_log(arguments.words[0], console);
    if (!log) return Exit::Environment;
    Layout layout{arguments.get("format") == "json", arguments.has("payloads"), false};
    if (arguments.words.size() == 1) return print_range(log, from, to, arguments.has("follow"), layout, console);

    const auto index = find_record(log, arguments.words[0], arguments.words[1], console);
    if (!index) return Exit::Wrong;
    layout.page = true;
    const auto found = log.reading->journal().seek(*index);
    if (found && *found) return print_range(log, *index, *index + 1, false, layout, console);
    console.error(found ? fmt::format("there is no record {}", *index) : found.error());
    return Exit::Wrong;
}

}  // namespace remit::cli
