package remit

/*
#include <stdlib.h>
#include <string.h>
#include <remit/vm.h>

// What a call hands over and gets back, in C's memory: a decision then is one pointer.
typedef struct call_memory {
    remit_runtime* runtime;
    remit_call call;
    remit_ruling ruling;
    remit_effect effect;
    remit_error error;
} call_memory;

static void make(call_memory* m, remit_runtime* runtime, remit_call call) {
    m->runtime = runtime;
    m->call = call;
    m->ruling.size = sizeof m->ruling;
    m->effect.size = sizeof m->effect;
    m->error.size = sizeof m->error;
}
static remit_status judge(call_memory* m, const remit_request* request) {
    return remit_judge(m->runtime, m->call, request, &m->ruling, &m->error);
}
static remit_status next_effect(call_memory* m) {
    return remit_next_effect(m->runtime, m->call, &m->effect, &m->error);
}

#cgo noescape judge
#cgo nocallback judge
*/
import "C"

import (
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"
)

// Call decides typed requests. It is memory for one goroutine at a time (another one gets an error that is Busy), and remembers nothing
// from one decision to the next.
type Call struct {
	policy *Policy
	memory *C.call_memory
	state  *atomic.Uint32
}

const (
	idle uint32 = iota
	inUse
	isClosed
)

// OpenCall makes a call.
func (p *Policy) OpenCall() (*Call, error) {
	defer keep(p)
	call := &Call{policy: p, state: new(atomic.Uint32)}
	err := run(func(rt *C.remit_runtime, failure *C.remit_error) C.remit_status {
		var handle C.remit_call
		status := C.remit_call_open(rt, p.handle, &handle, failure)
		if status == C.REMIT_OK {
			call.memory = (*C.call_memory)(C.calloc(1, C.sizeof_call_memory))
			C.make(call.memory, rt, handle)
		}
		return status
	})
	if err != nil {
		return nil, err
	}
	state := call.state
	runtime.AddCleanup(call, func(memory *C.call_memory) { closeCall(memory, state) }, call.memory)
	return call, nil
}

func closeCall(memory *C.call_memory, state *atomic.Uint32) error {
	if !state.CompareAndSwap(idle, isClosed) {
		return refusal(state)
	}
	status := C.remit_call_free(memory.runtime, memory.call)
	C.free(unsafe.Pointer(memory))
	if status != C.REMIT_OK {
		return &Error{Status(status), "the call cannot be freed"}
	}
	return nil
}

func refusal(state *atomic.Uint32) error {
	if state.Load() == isClosed {
		return closedError("call")
	}
	return &Error{Busy, "another goroutine uses this call"}
}

// Close frees it. A second Close is an error.
func (c *Call) Close() error {
	defer keep(c)
	return closeCall(c.memory, c.state)
}

// Verdict is a decision.
type Verdict uint32

// Verdicts.
const (
	Allow Verdict = C.REMIT_ALLOW
	Ask   Verdict = C.REMIT_ASK
	Deny  Verdict = C.REMIT_DENY
)

func (v Verdict) String() string {
	switch v {
	case Allow:
		return "allow"
	case Ask:
		return "ask"
	}
	return "deny"
}

// Ruling is what was decided.
type Ruling struct {
	Verdict     Verdict
	Lane        uint32 // rank in Lanes, 0 the lowest
	Risk        int64
	Isolation   Isolation // that the call must run in
	Obligations uint32    // how many effects are AskEffect
	Effects     uint32    // what the rules that spoke give: see Call.Effects
	Engine      Engine    // that decided
	denial      uint32
	Policy      Hash // of the version that decided
}

// Denial names the built-in denial, as "session-expired", or is empty.
func (r *Ruling) Denial() string { return C.GoString(C.remit_denial_name(C.uint32_t(r.denial))) }

// Judge decides. Whoever ignores the error denies.
func (c *Call) Judge(request *Request) (Ruling, error) {
	if !c.state.CompareAndSwap(idle, inUse) {
		return Ruling{Verdict: Deny}, refusal(c.state)
	}
	status := C.judge(c.memory, request.memory.fields)
	runtime.KeepAlive(request)
	ruling := &c.memory.ruling
	out := Ruling{Verdict(ruling.verdict), uint32(ruling.lane), int64(ruling.risk), Isolation(ruling.isolation),
		uint32(ruling.obligations), uint32(ruling.effects), Engine(ruling.engine), uint32(ruling.denial),
		hashOf(&ruling.policy)}
	var err error
	if status != C.REMIT_OK {
		out, err = Ruling{Verdict: Deny}, errorOf(status, &c.memory.error)
	}
	c.state.Store(idle)
	runtime.KeepAlive(c)
	return out, err
}

// EffectKind is what an effect does.
type EffectKind uint32

// Kinds of effects.
const (
	AskEffect     EffectKind = C.REMIT_EFFECT_ASK
	LimitEffect   EffectKind = C.REMIT_EFFECT_LIMIT
	QuotaEffect   EffectKind = C.REMIT_EFFECT_QUOTA
	IsolateEffect EffectKind = C.REMIT_EFFECT_ISOLATE
	ReachEffect   EffectKind = C.REMIT_EFFECT_REACH
	RecordEffect  EffectKind = C.REMIT_EFFECT_RECORD
	RedactEffect  EffectKind = C.REMIT_EFFECT_REDACT
	RetainEffect  EffectKind = C.REMIT_EFFECT_RETAIN
	MarkEffect    EffectKind = C.REMIT_EFFECT_MARK
	CountEffect   EffectKind = C.REMIT_EFFECT_COUNT
	NeverEffect   EffectKind = C.REMIT_EFFECT_NEVER
)

// Effect is what a rule gives, standing for all rules that give the same. What Number, Span, Name and Words mean depends on the kind, as
// remit/vm.h says (remit_effect).
type Effect struct {
	Kind              EffectKind
	Layer             uint32
	Number            int64
	Span              time.Duration
	Name, Because, At string
	Words             []string
	Rule              Hash
}

// Effects are those of the latest Judge; a second time there are none.
func (c *Call) Effects() ([]Effect, error) {
	if !c.state.CompareAndSwap(idle, inUse) {
		return nil, refusal(c.state)
	}
	defer keep(c)
	defer c.state.Store(idle)
	var found []Effect
	for {
		if status := C.next_effect(c.memory); status != C.REMIT_OK {
			return nil, errorOf(status, &c.memory.error)
		}
		e := &c.memory.effect
		if e.kind == C.REMIT_EFFECT_NONE {
			return found, nil
		}
		one := Effect{EffectKind(e.kind), uint32(e.layer), int64(e.number), time.Duration(e.span), stringOf(e.name),
			stringOf(e.because), stringOf(e.at), nil, hashOf(&e.rule)}
		for _, word := range unsafe.Slice(e.words, int(e.word_count)) {
			one.Words = append(one.Words, stringOf(word))
		}
		found = append(found, one)
	}
}

// Explain gives the whole decision of the same request, as Policy.Decide does.
func (c *Call) Explain(request *Request) ([]byte, error) {
	if !c.state.CompareAndSwap(idle, inUse) {
		return nil, refusal(c.state)
	}
	defer keep(c, request)
	defer c.state.Store(idle)
	return runText(func(rt *C.remit_runtime, out *C.remit_text, failure *C.remit_error) C.remit_status {
		return C.remit_explain(rt, c.memory.call, request.memory.fields, C.REMIT_EXPLAIN, out, failure)
	})
}
