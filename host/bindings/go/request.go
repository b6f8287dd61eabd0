package remit

/*
#include <stdlib.h>
#include <remit/vm.h>

static remit_origin origin_of(remit_tool tool) { return REMIT_ORIGIN_TOOL(tool); }
*/
import "C"

import (
	"fmt"
	"math"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// Origin is who supplied a value.
type Origin uint32

// Origins that are no tool.
const (
	User  Origin = C.REMIT_ORIGIN_USER
	Agent Origin = C.REMIT_ORIGIN_AGENT
)

// Origin is that of what the tool gave.
func (t Tool) Origin() Origin { return Origin(C.origin_of(t.handle)) }

// Isolation is a level of it.
type Isolation uint32

// Levels of isolation.
const (
	NoIsolation Isolation = C.REMIT_ISOLATION_NONE
	Process     Isolation = C.REMIT_ISOLATION_PROCESS
	Sandbox     Isolation = C.REMIT_ISOLATION_SANDBOX
	MicroVM     Isolation = C.REMIT_ISOLATION_MICROVM
)

// Request is one call to be decided. It may be changed and judged again, by one goroutine at a time. Arguments that are not set are
// absent.
type Request struct {
	session *Session
	tool    C.remit_tool
	memory  *requestMemory
}

// requestMemory is C's, so that a decision hands over one pointer and nothing is copied or pinned.
type requestMemory struct {
	fields    *C.remit_request
	arguments array[C.remit_argument]
	states    array[C.remit_state_value]
	facts     array[C.remit_fact]
	blocks    map[unsafe.Pointer]uintptr // texts and origins, and how much fits
}

// array grows in C's memory.
type array[T any] struct {
	data            *T
	count, capacity int
}

func (a *array[T]) all() []T { return unsafe.Slice(a.data, a.count) }

// add gives a new element, of zeros; pointers to older ones are invalid afterwards.
func (a *array[T]) add() *T {
	if a.count == a.capacity {
		a.capacity = 2*a.capacity + 4
		var zero T
		a.data = (*T)(C.realloc(unsafe.Pointer(a.data), C.size_t(uintptr(a.capacity)*unsafe.Sizeof(zero))))
		if a.data == nil {
			panic("remit: no memory")
		}
	}
	a.count++
	element := &a.all()[a.count-1]
	var zero T
	*element = zero
	return element
}

// NewRequest begins a request of a session for a tool.
func NewRequest(session *Session, tool Tool, now time.Time) *Request {
	memory := &requestMemory{blocks: map[unsafe.Pointer]uintptr{}}
	memory.fields = (*C.remit_request)(C.calloc(1, C.sizeof_remit_request))
	memory.fields.size = C.sizeof_remit_request
	memory.fields.tool = tool.handle
	request := &Request{tool: tool.handle, memory: memory}
	runtime.AddCleanup(request, (*requestMemory).free, memory)
	return request.SetSession(session).SetTime(now)
}

func (m *requestMemory) free() {
	for block := range m.blocks {
		C.free(block)
	}
	C.free(unsafe.Pointer(m.arguments.data))
	C.free(unsafe.Pointer(m.states.data))
	C.free(unsafe.Pointer(m.facts.data))
	C.free(unsafe.Pointer(m.fields))
}

// reserve gives room for `size` bytes: where `old` is if that suffices.
func (m *requestMemory) reserve(old unsafe.Pointer, size uintptr) unsafe.Pointer {
	if old != nil && m.blocks[old] >= size {
		return old
	}
	delete(m.blocks, old)
	C.free(old)
	room := C.malloc(C.size_t(size + 16)) // cgo ends the program where C has no memory
	m.blocks[room] = size + 16
	return room
}

func (m *requestMemory) setText(to *C.remit_str, text string) {
	room := m.reserve(unsafe.Pointer(to.data), uintptr(len(text)))
	copy(unsafe.Slice((*byte)(room), len(text)), text)
	to.data, to.size = (*C.char)(room), C.size_t(len(text))
}

// SetSession makes it a request of another session.
func (r *Request) SetSession(session *Session) *Request {
	r.session = session
	r.memory.fields.session = session.handle
	return r
}

// SetTime says when it is.
func (r *Request) SetTime(now time.Time) *Request {
	r.memory.fields.time = C.int64_t(now.UnixNano())
	return r
}

func (r *Request) argument(parameter Parameter) *C.remit_argument {
	m := r.memory
	for i := range m.arguments.all() {
		if argument := &m.arguments.all()[i]; argument.parameter == C.uint32_t(parameter.Index) {
			return argument
		}
	}
	argument := m.arguments.add()
	argument.parameter = C.uint32_t(parameter.Index)
	if parameter.tool != r.tool {
		argument.parameter = math.MaxUint32 // of another tool: Judge says that there is no such parameter
	}
	m.fields.arguments, m.fields.argument_count = m.arguments.data, C.uint32_t(m.arguments.count)
	return argument
}

// SetInt gives a bool (0, 1), an int, a decimal times 10 to its scale, a duration or a timestamp in ns.
func (r *Request) SetInt(parameter Parameter, number int64) *Request {
	argument := r.argument(parameter)
	argument.kind, argument.number = C.REMIT_VALUE_INTEGER, C.int64_t(number)
	return r
}

// SetDecimal gives a number as it is written: "300.00". It is exact or an error.
func (r *Request) SetDecimal(parameter Parameter, number string) error {
	whole, fraction, hasPoint := strings.Cut(number, ".")
	if strings.Trim(whole, "+-") == "" || hasPoint && fraction == "" {
		return fmt.Errorf("remit: %q is no number", number)
	}
	if len(fraction) > int(parameter.Scale) {
		return fmt.Errorf("remit: %q has more than %d decimals", number, parameter.Scale)
	}
	digits := whole + fraction + strings.Repeat("0", int(parameter.Scale)-len(fraction))
	value, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || strings.ContainsAny(fraction, "+-") {
		return fmt.Errorf("remit: %q is no decimal of 64 bits", number)
	}
	r.SetInt(parameter, value)
	return nil
}

// SetText gives a string, path, host, url, email, ip or cidr as it is written.
func (r *Request) SetText(parameter Parameter, text string) *Request {
	argument := r.argument(parameter)
	argument.kind = C.REMIT_VALUE_TEXT
	r.memory.setText(&argument.text, text)
	return r
}

// SetSymbol gives a symbol of the parameter's enum.
func (r *Request) SetSymbol(parameter Parameter, symbol Symbol) *Request {
	argument := r.argument(parameter)
	argument.kind, argument.number = C.REMIT_VALUE_SYMBOL, C.int64_t(symbol)
	return r
}

// SetJSON gives a list, a set, a record, or anything else.
func (r *Request) SetJSON(parameter Parameter, json string) *Request {
	argument := r.argument(parameter)
	argument.kind = C.REMIT_VALUE_JSON
	r.memory.setText(&argument.text, json)
	return r
}

// SetNull gives a null.
func (r *Request) SetNull(parameter Parameter) *Request {
	r.argument(parameter).kind = C.REMIT_VALUE_NULL
	return r
}

// SetLabel says who supplied an argument, and its class.
func (r *Request) SetLabel(parameter Parameter, class Symbol, origins ...Origin) *Request {
	argument := r.argument(parameter)
	room := r.memory.reserve(unsafe.Pointer(argument.origins), uintptr(len(origins))*unsafe.Sizeof(Origin(0)))
	copy(unsafe.Slice((*Origin)(room), len(origins)), origins)
	argument.origins = (*C.remit_origin)(room)
	argument.origin_count, argument.data_class = C.uint32_t(len(origins)), C.remit_symbol(class)
	return r
}

func (r *Request) state(state State) *C.remit_state_value {
	m := r.memory
	for i := range m.states.all() {
		if value := &m.states.all()[i]; value.index == C.uint32_t(state.Index) && value.kind == C.uint32_t(state.Kind) {
			return value
		}
	}
	value := m.states.add()
	value.index, value.kind = C.uint32_t(state.Index), C.uint32_t(state.Kind)
	m.fields.states, m.fields.state_count = m.states.data, C.uint32_t(m.states.count)
	return value
}

// SetMark says whether a mark is set.
func (r *Request) SetMark(mark State, isSet bool) *Request {
	r.state(mark).number = C.int64_t(truth(isSet))
	return r
}

// SetCount says where a count stands, times 10 to its scale.
func (r *Request) SetCount(count State, number int64) *Request {
	r.state(count).number = C.int64_t(number)
	return r
}

// SetDistinct says which values a distinct count has seen: a JSON array.
func (r *Request) SetDistinct(count State, values string) *Request {
	r.memory.setText(&r.state(count).values, values)
	return r
}

// AddFact gives a fact: its name, a JSON array, and a JSON object.
func (r *Request) AddFact(name, key, value string, asOf time.Time) *Request {
	m := r.memory
	fact := m.facts.add()
	m.setText(&fact.fact, name)
	m.setText(&fact.key, key)
	m.setText(&fact.value, value)
	fact.as_of = C.int64_t(asOf.UnixNano())
	m.fields.facts, m.fields.fact_count = m.facts.data, C.uint32_t(m.facts.count)
	return r
}

// SetData says of which class the call's data is.
func (r *Request) SetData(class Symbol) *Request {
	r.memory.fields.data = C.remit_symbol(class)
	return r
}

// SetWater gives the highest class and the lowest trust that the session has read; the zero Symbol is the strictest.
func (r *Request) SetWater(high, low Symbol) *Request {
	r.memory.fields.high_water, r.memory.fields.low_water = C.remit_symbol(high), C.remit_symbol(low)
	return r
}

// SetIsolation says which level is the best that this host has.
func (r *Request) SetIsolation(best Isolation) *Request {
	r.memory.fields.isolation = 1 + C.uint32_t(best)
	return r
}

// SetIDs names the call, and the call that made it.
func (r *Request) SetIDs(id, parent string) *Request {
	r.memory.setText(&r.memory.fields.id, id)
	r.memory.setText(&r.memory.fields.parent, parent)
	return r
}
