package remit

/*
#include <remit/vm.h>

static remit_status go_parameter(remit_runtime* rt, remit_policy policy, remit_tool tool, remit_str name,
                                 remit_parameter* out, remit_error* e) {
    out->size = sizeof *out;
    return remit_parameter_find(rt, policy, tool, name, out, e);
}
static remit_status go_state(remit_runtime* rt, remit_policy policy, remit_str name, remit_state* out, remit_error* e) {
    out->size = sizeof *out;
    return remit_state_find(rt, policy, name, out, e);
}
*/
import "C"

// Tool is a tool of one version of a policy. After a reload its use is an error that is Stale.
type Tool struct {
	policy *Policy
	handle C.remit_tool
}

// ValueKind is how an argument is given.
type ValueKind uint32

// Kinds of values.
const (
	IntegerValue ValueKind = C.REMIT_VALUE_INTEGER // SetInt, SetDecimal
	TextValue    ValueKind = C.REMIT_VALUE_TEXT
	SymbolValue  ValueKind = C.REMIT_VALUE_SYMBOL
	JSONValue    ValueKind = C.REMIT_VALUE_JSON
)

// Parameter is one of a tool.
type Parameter struct {
	Index      uint32
	Kind       ValueKind
	Scale      uint32     // of a decimal: 2 means that 300.00 is given as 30000
	Vocabulary Vocabulary // of a symbol
	Optional   bool
	tool       C.remit_tool
}

// Symbol is a tier, class, trust level, or a symbol of an enum. The zero Symbol is none.
type Symbol uint32

// Vocabulary is where names of symbols are declared: one of these, or a Parameter's.
type Vocabulary uint32

// Vocabularies of every policy.
const (
	Tiers   Vocabulary = C.REMIT_VOCABULARY_TIERS
	Classes Vocabulary = C.REMIT_VOCABULARY_CLASSES
	Trust   Vocabulary = C.REMIT_VOCABULARY_TRUST
	Lanes   Vocabulary = C.REMIT_VOCABULARY_LANES
)

// StateKind tells a mark from the counts.
type StateKind uint32

// Kinds of states.
const (
	MarkState     StateKind = C.REMIT_STATE_MARK
	CountState    StateKind = C.REMIT_STATE_COUNT
	DistinctState StateKind = C.REMIT_STATE_DISTINCT
)

// State is a mark or a count.
type State struct {
	Index uint32
	Kind  StateKind
	Scale uint32
}

// Tool looks a tool up.
func (p *Policy) Tool(name string) (Tool, error) {
	defer keep(p)
	var handle C.remit_tool
	err := run(func(rt *C.remit_runtime, failure *C.remit_error) C.remit_status {
		return C.remit_tool_find(rt, p.handle, strOf(name), &handle, failure)
	})
	return Tool{p, handle}, err
}

// Parameter looks a parameter up.
func (t Tool) Parameter(name string) (Parameter, error) {
	if t.policy == nil {
		return Parameter{}, &Error{BadArgument, "the tool is none"}
	}
	defer keep(t.policy)
	var out C.remit_parameter
	err := run(func(rt *C.remit_runtime, failure *C.remit_error) C.remit_status {
		return C.go_parameter(rt, t.policy.handle, t.handle, strOf(name), &out, failure)
	})
	return Parameter{uint32(out.index), ValueKind(out.kind), uint32(out.scale), Vocabulary(out.vocabulary),
		out.optional == 1, t.handle}, err
}

// Symbol looks a symbol up.
func (p *Policy) Symbol(vocabulary Vocabulary, name string) (Symbol, error) {
	defer keep(p)
	var out C.remit_symbol
	err := run(func(rt *C.remit_runtime, failure *C.remit_error) C.remit_status {
		return C.remit_symbol_find(rt, p.handle, C.uint32_t(vocabulary), strOf(name), &out, failure)
	})
	return Symbol(out), err
}

// State looks a mark or a count up.
func (p *Policy) State(name string) (State, error) {
	defer keep(p)
	var out C.remit_state
	err := run(func(rt *C.remit_runtime, failure *C.remit_error) C.remit_status {
		return C.go_state(rt, p.handle, strOf(name), &out, failure)
	})
	return State{uint32(out.index), StateKind(out.kind), uint32(out.scale)}, err
}
