// Labels: data class, trust and sources, down to elements.
#include "tests/catch.h"
#include "tests/engine/builder.h"
#include "vm/engine/bind.h"

using namespace remit;
using namespace remit::test;

namespace {

struct Labels {
    Labels(const std::string& labels, const std::string& state = "", const std::string& args = "",
           const std::string& tool = "pay.refund") {
        Ask ask;
        ask.tool = tool;
        ask.args = args.empty() ? R"({"order":"A","amount":1,"notify":["a@x.y","b@x.y"]})" : args;
        ask.call_more = labels;
        ask.state = state;
        text = ask.text();
        JsonReader reader;
        REQUIRE_FALSE(read_request(*reader.read(text, arena), request));
        bind(request, *loaded, defaults, nullptr, arena, bound);
        REQUIRE_FALSE(bound.stopped);
    }
    int64_t trust() const { return bound.frame[shop.notify_trust].bits; }
    int64_t data_class() const { return bound.frame[shop.notify_class].bits; }
    int64_t data() const { return bound.frame[kSlotData].bits; }
    std::vector<int64_t> sources() const { return list(as<List>(bound.frame[shop.notify_sources])); }
    const List& items() const { return as<List>(bound.frame[shop.notify]); }
    static std::vector<int64_t> list(const List& l) {
        std::vector<int64_t> out;
        for (uint32_t i = 0; i < l.size; ++i) out.push_back(l.items[i].bits);
        return out;
    }
    Shop shop;
    std::shared_ptr<const LoadedProgram> loaded = [this] {
        shop.program.tools[kRefund].params[4].has_default = false;  // no defaults table in these tests
        shop.program.tools[kRefund].params[4].optional = true;
        return shop.load();
    }();
    Defaults defaults;
    Arena arena;
    std::string text;
    Request request;
    Bound bound;
};

const std::string kQuiet = R"({"high_water":"public","low_water":"vetted"})";
constexpr int64_t kLookupSource = 2, kRefundSource = 4;

}  // namespace

TEST_CASE("without labels all is secret and nothing is trusted") {
    const Labels l("");
    CHECK(l.trust() == 0);
    CHECK(l.data_class() == 3);
    CHECK(l.data() == 3);
    CHECK(l.sources().empty());
    REQUIRE(l.items().labels != nullptr);
    CHECK(l.items().labels[1].data_class == 3);
}

TEST_CASE("water: what the session has read") {
    const Labels l(R"(,"labels":{"notify":{"sources":["agent","user"]}})", kQuiet);
    CHECK(l.trust() == 1);
    CHECK(l.data() == 0);
    CHECK(l.sources() == std::vector<int64_t>{0, 1});
    CHECK(Labels(R"(,"labels":{"notify":{"sources":["agent"]}})").trust() == 0);
}

TEST_CASE("trust of sources") {
    CHECK(Labels(R"(,"labels":{"notify":{"sources":["user"]}})", kQuiet).trust() == 2);
    const Labels tools(R"(,"labels":{"notify":{"sources":["pay.refund","crm.lookup","pay.refund"]}})", kQuiet);
    CHECK(tools.trust() == 1);
    CHECK(tools.sources() == std::vector<int64_t>{kLookupSource, kRefundSource});
    CHECK(Labels(R"(,"labels":{"notify":{"sources":["crm.lookup"]}})").trust() == 2);
    CHECK(Labels(R"(,"labels":{"notify":{"sources":[],"class":"public"}})", kQuiet).trust() == 0);
}

TEST_CASE("elements: their own label, else the list's; the list joins") {
    const Labels l(
        R"(,"labels":{"notify":{"sources":["user"],"class":"public"},"notify/1":{"sources":["mail.send"],"class":"confidential"}})",
        kQuiet);
    CHECK(l.items().labels[0].trust == 2);
    CHECK(l.items().labels[0].data_class == 0);
    CHECK(l.items().labels[1].trust == 0);
    CHECK(l.items().labels[1].data_class == 2);
    CHECK(Labels::list(*l.items().labels[1].sources) == std::vector<int64_t>{3});
    CHECK(l.trust() == 0);
    CHECK(l.data_class() == 2);
    CHECK(l.sources() == std::vector<int64_t>{0, 3});
    CHECK(l.data() == 2);
}

TEST_CASE("a list whose elements all have labels needs none; one that lacks a label counts as unlabelled") {
    const std::string one = R"(,"labels":{"notify/0":{"sources":["user"],"class":"public"})";
    const Labels all(one + R"(,"notify/1":{"sources":["user"],"class":"internal"}})");
    CHECK(all.trust() == 2);
    CHECK(all.data_class() == 1);
    CHECK(all.items().labels[0].data_class == 0);
    const Labels some(one + "}");
    CHECK(some.trust() == 0);
    CHECK(some.data_class() == 3);
    const Labels none("", kQuiet, R"({"order":"A","amount":1,"notify":[]})");
    CHECK(none.trust() == 0);
    CHECK(none.data_class() == 0);
}

TEST_CASE("an element from nowhere shows among the sources of the whole, as one that no rule can name") {
    const Labels mixed(R"(,"labels":{"notify/0":{"sources":["user"],"class":"public"}})", kQuiet);
    CHECK(mixed.sources() == std::vector<int64_t>{-1, 0});
    CHECK(mixed.trust() == 0);
    const Labels nowhere(R"(,"labels":{"notify/0":{"class":"public"},"notify/1":{"class":"public"}})", kQuiet);
    CHECK(nowhere.sources().empty());
}

TEST_CASE("data: the call's own class is never lowered; only what is sent counts") {
    const std::string args = R"({"order":"A","amount":1})";
    CHECK(Labels(R"(,"data":"confidential","labels":{"order":{"class":"public"}})", kQuiet, args).data() == 2);
    CHECK(Labels(R"(,"data":"public","labels":{"order":{"class":"restricted"}})", kQuiet, args).data() == 3);
    CHECK(Labels(R"(,"labels":{"notify":{"class":"restricted"}})", kQuiet, args).data() == 0);  // not supplied
    Shop shop;
    shop.program.tools[kLookup].params[0].optional = true;
    shop.above(
        [&] {
            RuleInfo r = shop.rule(RuleKind::Block);
            return r;
        }(),
        kSlotData, 0, {kLookup});
    shop.allow();
    Ask ask;
    ask.tool = "crm.lookup";
    ask.args = "{}";
    CHECK(decide(shop.policy(), ask).verdict == Verdict::Allow);  // nothing is sent: the lowest class
    ask.args = R"({"customer":"c"})";
    CHECK(decide(shop.policy(), ask).verdict == Verdict::Deny);
}

TEST_CASE("sets are sorted and labels follow their items") {
    const Labels l(
        R"(,"labels":{"to":{"sources":["user"],"class":"public"},"to/0":{"sources":["user"],"class":"restricted"},"to/2":{"sources":["mail.send"],"class":"internal"}})",
        kQuiet, R"({"to":["z@x.y","a@x.y","a@x.y"]})", "mail.send");
    REQUIRE(l.items().size == 2);
    CHECK(as<Email>(l.items().items[0]).text.view() == "a@x.y");
    CHECK(l.items().labels[0].data_class == 1);  // the join of two labels
    CHECK(l.items().labels[0].trust == 0);
    CHECK(Labels::list(*l.items().labels[0].sources) == std::vector<int64_t>{0, 3});
    CHECK(l.items().labels[1].data_class == 3);
    CHECK(l.items().labels[1].trust == 2);
}
