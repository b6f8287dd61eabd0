package remit

/*
#include <remit/vm.h>

static remit_status go_load(remit_runtime* rt, const char* data, size_t size, remit_engine engine, remit_policy* out,
                            remit_error* e) {
    const remit_policy_options options = {.size = sizeof options, .engine = engine};
    const remit_str image = {data, size};
    return remit_policy_load(rt, image, &options, out, e);
}
static remit_status go_inspect(remit_runtime* rt, remit_policy policy, remit_policy_status* out, remit_error* e) {
    out->size = sizeof *out;
    return remit_policy_inspect(rt, policy, out, e);
}
*/
import "C"

import (
	"bytes"
	"encoding/hex"
	"math"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"
)

// Policy is a policy that runs.
type Policy struct {
	handle      C.remit_policy
	closed      *atomic.Bool
	diagnostics []Diagnostic
}

func newPolicy(handle C.remit_policy, diagnostics []Diagnostic) *Policy {
	policy := &Policy{handle, new(atomic.Bool), diagnostics}
	closed := policy.closed
	runtime.AddCleanup(policy, func(handle C.remit_policy) { closePolicy(handle, closed) }, handle)
	return policy
}

func closePolicy(handle C.remit_policy, closed *atomic.Bool) error {
	if closed.Swap(true) {
		return closedError("policy")
	}
	return run(func(rt *C.remit_runtime, _ *C.remit_error) C.remit_status { return C.remit_policy_free(rt, handle) })
}

// Load makes a policy of an image, which CompileImage or `remit build` has made.
func Load(image []byte, engine Engine) (*Policy, error) {
	var handle C.remit_policy
	err := run(func(rt *C.remit_runtime, failure *C.remit_error) C.remit_status {
		data := (*C.char)(unsafe.Pointer(unsafe.SliceData(image)))
		return C.go_load(rt, data, C.size_t(len(image)), C.remit_engine(engine), &handle, failure)
	})
	if err != nil {
		return nil, err
	}
	return newPolicy(handle, nil), nil
}

// Close frees it. Decisions under way end as they began; a second Close is an error.
func (p *Policy) Close() error {
	defer keep(p)
	return closePolicy(p.handle, p.closed)
}

// Diagnostics are the warnings of Compile.
func (p *Policy) Diagnostics() []Diagnostic { return p.diagnostics }

// Reload replaces what decides, for all goroutines at once. On failure it goes on as it was.
func (p *Policy) Reload(image []byte) error {
	defer keep(p)
	return run(func(rt *C.remit_runtime, failure *C.remit_error) C.remit_status {
		return C.remit_policy_reload(rt, p.handle, strOfBytes(image), failure)
	})
}

// PolicyInfo is about the version that decides now.
type PolicyInfo struct {
	Version uint32 // 1, and one more with each reload
	Engine  Engine // Interpreter or Native
	Hash    Hash
}

// Hash is a version's, or a rule's.
type Hash [32]byte

func (h Hash) String() string { return "sha256:" + hex.EncodeToString(h[:]) }

// Inspect tells about the version that decides now.
func (p *Policy) Inspect() (PolicyInfo, error) {
	defer keep(p)
	var out C.remit_policy_status
	err := run(func(rt *C.remit_runtime, failure *C.remit_error) C.remit_status {
		return C.go_inspect(rt, p.handle, &out, failure)
	})
	return PolicyInfo{uint32(out.version), Engine(out.engine), hashOf(&out.hash)}, err
}

func hashOf(bytes *[32]C.uint8_t) Hash { return *(*Hash)(unsafe.Pointer(bytes)) }

// Hash is that of the version that decides now.
func (p *Policy) Hash() (Hash, error) {
	info, err := p.Inspect()
	return info.Hash, err
}

// AwaitNative waits until native code of this version is there. For benchmarks and tests.
func (p *Policy) AwaitNative(timeout time.Duration) error {
	defer keep(p)
	milliseconds := C.uint32_t(min(max(timeout.Milliseconds(), 0), math.MaxUint32))
	return run(func(rt *C.remit_runtime, failure *C.remit_error) C.remit_status {
		return C.remit_policy_await(rt, p.handle, milliseconds, failure)
	})
}

// Describe gives what the policy declares, as JSON.
func (p *Policy) Describe() ([]byte, error) {
	defer keep(p)
	return runText(func(rt *C.remit_runtime, out *C.remit_text, failure *C.remit_error) C.remit_status {
		return C.remit_policy_describe(rt, p.handle, out, failure)
	})
}

// Decide decides one request, from JSON to JSON. Whatever is wrong with the request itself is a denial.
func (p *Policy) Decide(request []byte) ([]byte, error) { return p.decide(request, 0) }

// DecideExplained is Decide with the terms of the risk sum.
func (p *Policy) DecideExplained(request []byte) ([]byte, error) {
	return p.decide(request, C.REMIT_EXPLAIN)
}

func (p *Policy) decide(request []byte, flags C.uint32_t) ([]byte, error) {
	defer keep(p)
	return runText(func(rt *C.remit_runtime, out *C.remit_text, failure *C.remit_error) C.remit_status {
		return C.remit_decide(rt, p.handle, strOfBytes(request), flags, out, failure)
	})
}

// DecideAll decides many by one version of the policy.
func (p *Policy) DecideAll(requests [][]byte) ([][]byte, error) {
	defer keep(p)
	var held memory
	defer held.free()
	texts := make([]string, len(requests))
	for i, request := range requests {
		texts[i] = string(request)
	}
	array := held.strs(texts)
	lines, err := runText(func(rt *C.remit_runtime, out *C.remit_text, failure *C.remit_error) C.remit_status {
		return C.remit_decide_all(rt, p.handle, array, C.size_t(len(texts)), 0, out, failure)
	})
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	return bytes.Split(bytes.TrimSuffix(lines, []byte("\n")), []byte("\n")), nil
}
