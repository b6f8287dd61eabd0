#include "compiler/syntax/words.h"

namespace remit {

using ast::Cmp;
using ast::Property;
using ast::Verb;

std::string_view word_of(Cmp cmp) {
    switch (cmp) {
        case Cmp::Eq: return "==";
        case Cmp::Ne: return "!=";
        case Cmp::Lt: return "<";
        case Cmp::Le: return "<=";
        case Cmp::Gt: return ">";
        case Cmp::Ge: return ">=";
        case Cmp::In: return "in";
        case Cmp::Like: return "like";
        case Cmp::Starts: return "starts";
        case Cmp::Ends: return "ends";
        case Cmp::Contains: return "contains";
        case Cmp::Matches: return "matches";
        case Cmp::Inside: return "inside";
        case Cmp::On: return "on";
        case Cmp::Only: return "only";
        case Cmp::Meets: return "meets";
        case Cmp::During: return "during";
    }
    return {};
}

std::string_view word_of(Verb verb) {
    switch (verb) {
        case Verb::Allow: return "allow";
        case Verb::Block: return "block";
        case Verb::Risk: return "risk";
        case Verb::Lane: return "lane";
        case Verb::Ask: return "ask";
        case Verb::Limit: return "limit";
        case Verb::Quota: return "quota";
        case Verb::Isolate: return "isolate";
        case Verb::Reach: return "reach";
        case Verb::Record: return "record";
        case Verb::Redact: return "redact";
        case Verb::Retain: return "retain";
        case Verb::Mark: return "mark";
        case Verb::Count: return "count";
        case Verb::Never: return "never";
    }
    return {};
}

std::string_view word_of(Property property) {
    switch (property) {
        case Property::Allow: return "allow";
        case Property::Block: return "block";
        case Property::Ask: return "ask";
        case Property::Limit: return "limit";
        case Property::Quota: return "quota";
        case Property::Isolate: return "isolate";
        case Property::Reach: return "reach";
        case Property::Record: return "record";
        case Property::Redact: return "redact";
        case Property::Risk: return "risk";
        case Property::Lane: return "lane";
    }
    return {};
}

}  // namespace remit
