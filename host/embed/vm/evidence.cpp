#include "host/embed/vm/evidence.h"

#include "vm/engine/json.h"
#include "vm/program/image.h"

namespace remit::embed {

namespace {

std::string_view mode_text(evidence::Mode mode) {
    switch (mode) {
        case evidence::Mode::Normal: return "normal";
        case evidence::Mode::Reserve: return "reserve";
        case evidence::Mode::Broken: return "broken";
    }
    return "broken";
}

}  // namespace

Refusal HostedEvidence::open(std::string_view folder, std::string_view origin, bool intents,
                             std::shared_ptr<HostedEvidence>& out) {
    auto home = evidence::open_home(std::string(folder), std::string(origin));
    if (!home) return {REMIT_NOT_READY, home.error()};
    out = std::shared_ptr<HostedEvidence>(new HostedEvidence(std::move(*home), intents));
    return {};
}

Refusal HostedEvidence::use(const Edition& edition, std::string_view image) {
    const auto layers = read_images(image);
    if (!layers) return {REMIT_BAD_IMAGE, layers.error()};
    if (layers->front().hash != edition.program().hash)
        return {REMIT_WRONG_POLICY, "the image is of another version than the one that decides"};
    const std::shared_lock open(open_);
    auto used = home_.recorder->use_policy(*edition.policy, image);
    return used ? Refusal() : Refusal{REMIT_NOT_READY, used.error()};
}

std::unique_ptr<HostedEvidence::Seat> HostedEvidence::take(const Edition& edition) {
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(idle_, [&](const auto& seat) { return seat->edition < edition.number; });
        if (!idle_.empty() && idle_.back()->edition == edition.number) {
            auto seat = std::move(idle_.back());
            idle_.pop_back();
            return seat;
        }
    }
    auto seat = std::make_unique<Seat>();
    seat->edition = edition.number;
    evidence::LineSettings settings;
    settings.intents = intents_;
    seat->lines = std::make_unique<evidence::Lines>(
        *home_.log, *home_.recorder, edition.policy, settings,
        [seat = seat.get()](std::string_view said) { seat->answer = said; });
    return seat;
}

void HostedEvidence::give(std::unique_ptr<Seat> seat) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kIdle) idle_.push_back(std::move(seat));
}

std::string HostedEvidence::line(const Edition& edition, std::string_view line) {
    const std::shared_lock open(open_);
    auto seat = take(edition);
    seat->lines->take(line);
    seat->lines->drain();
    std::string answer = std::move(seat->answer);
    seat->answer.clear();
    give(std::move(seat));
    return answer;
}

std::string HostedEvidence::status() const {
    const std::shared_lock open(open_);
    const evidence::Log& log = *home_.log;
    std::string out = "{\"mode\":";
    append_json_string(out, mode_text(log.mode()));
    out += ",\"trouble\":";
    append_json_string(out, log.trouble());
    out += ",\"records\":" + std::to_string(log.durable()) + ",\"head\":";
    append_json_string(out, log.head().note);
    out += '}';
    return out;
}

Refusal HostedEvidence::close() {
    const std::unique_lock alone(open_);
    idle_.clear();
    const evidence::DiskStatus closed = home_.close();
    return closed.ok() ? Refusal() : Refusal{REMIT_NOT_READY, closed.message};
}

}  // namespace remit::embed
