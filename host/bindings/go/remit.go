// Package remit decides what an AI agent may do, by compiled policies. It is the C ABI of libremit (remit/compile.h) for Go.
//
//	policy, err := remit.Compile(remit.Source{Path: "payments.remit", Text: text}, remit.Auto)
//	decision, err := policy.Decide(request)                  // JSON in, JSON out
//
//	session, err := policy.Bind(remit.SessionFields{...})    // once for each session
//	call, err := policy.OpenCall()                           // once for each goroutine that decides
//	refund, err := policy.Tool("payments.refund")            // once for each version of the policy
//	amount, err := refund.Parameter("amount")
//	request := remit.NewRequest(session, refund, time.Now())
//	request.SetInt(amount, 30000)                            // 300.00 of a decimal(2)
//	ruling, err := call.Judge(request)
//	if err == nil && ruling.Verdict == remit.Allow { ... }
//
// Policies and sessions may be used by any number of goroutines at once, a Call and a Request by one at a time. What is not closed is
// freed when nothing refers to it any more; what was closed gives errors that are BadHandle. A denial is no error: it is an answer.
package remit

/*
#cgo pkg-config: remit
#include <stdlib.h>
#include <remit/compile.h>
*/
import "C"

import (
	"runtime"
	"sync"
	"unsafe"
)

// theRuntime is the process's one. It is never freed, so no order in which things go can leave one of them without it.
var theRuntime = sync.OnceValues(func() (*C.remit_runtime, error) {
	var out *C.remit_runtime
	var failure C.remit_error
	failure.size = C.sizeof_remit_error
	if status := C.remit_runtime_new(nil, &out, &failure); status != C.REMIT_OK {
		return nil, errorOf(status, &failure)
	}
	return out, nil
})

// run calls body with the runtime and an error to fill.
func run(body func(rt *C.remit_runtime, failure *C.remit_error) C.remit_status) error {
	rt, err := theRuntime()
	if err != nil {
		return err
	}
	var failure C.remit_error
	failure.size = C.sizeof_remit_error
	if status := body(rt, &failure); status != C.REMIT_OK {
		return errorOf(status, &failure)
	}
	return nil
}

// runText is run for functions that write a text.
func runText(body func(rt *C.remit_runtime, out *C.remit_text, failure *C.remit_error) C.remit_status) ([]byte, error) {
	var text C.remit_text
	defer C.remit_text_free(&text)
	err := run(func(rt *C.remit_runtime, failure *C.remit_error) C.remit_status { return body(rt, &text, failure) })
	if err != nil {
		return nil, err
	}
	return bytesOf(&text), nil
}

func bytesOf(text *C.remit_text) []byte {
	out := make([]byte, int(text.size))
	copy(out, unsafe.Slice((*byte)(unsafe.Pointer(text.data)), int(text.size)))
	return out
}

// strOf refers to text, which must be kept until C is done with it.
func strOf(text string) C.remit_str {
	return C.remit_str{data: (*C.char)(unsafe.Pointer(unsafe.StringData(text))), size: C.size_t(len(text))}
}

func strOfBytes(bytes []byte) C.remit_str {
	return C.remit_str{data: (*C.char)(unsafe.Pointer(unsafe.SliceData(bytes))), size: C.size_t(len(bytes))}
}

func stringOf(text C.remit_str) string {
	return string(unsafe.Slice((*byte)(unsafe.Pointer(text.data)), int(text.size)))
}

// memory is what a C struct refers to: blocks of C's memory, freed together.
type memory struct {
	blocks []unsafe.Pointer
}

func (m *memory) zeroed(size uintptr) unsafe.Pointer {
	block := C.calloc(1, C.size_t(max(size, 1))) // cgo ends the program where C has no memory
	m.blocks = append(m.blocks, block)
	return block
}

func (m *memory) str(text string) C.remit_str {
	block := m.zeroed(uintptr(len(text)))
	copy(unsafe.Slice((*byte)(block), len(text)), text)
	return C.remit_str{data: (*C.char)(block), size: C.size_t(len(text))}
}

// strs is an array of texts.
func (m *memory) strs(texts []string) *C.remit_str {
	out := (*C.remit_str)(m.zeroed(uintptr(len(texts)) * unsafe.Sizeof(C.remit_str{})))
	for i, text := range texts {
		unsafe.Slice(out, len(texts))[i] = m.str(text)
	}
	return out
}

func (m *memory) free() {
	for _, block := range m.blocks {
		C.free(block)
	}
	m.blocks = nil
}

// Version is libremit's.
func Version() string { return C.GoString(C.remit_version()) }

// HasNative tells whether libremit was built with native code.
func HasNative() bool { return C.remit_has_native() == 1 }

// keep keeps objects, and with them their handles, until here.
func keep(objects ...any) {
	for _, object := range objects {
		runtime.KeepAlive(object)
	}
}
