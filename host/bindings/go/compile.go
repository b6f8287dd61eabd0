package remit

/*
#include <remit/compile.h>

remit_status remitGoReadFile(uintptr_t user, remit_str path, remit_text* out);
static remit_status read_file(void* user, remit_str path, remit_text* out) {
    return remitGoReadFile((uintptr_t)user, path, out);
}

typedef struct compilation {
    remit_source source;
    remit_compiled compiled;
    remit_policy_options options;
    remit_text image, diagnostics, report;
} compilation;

static void begin(compilation* c, uintptr_t user, int reads, int wants_image) {
    c->source.size = sizeof c->source;
    c->compiled.size = sizeof c->compiled;
    c->options.size = sizeof c->options;
    if (reads) c->source.read_file = read_file;
    c->source.user = (void*)user;
    if (wants_image) c->compiled.image = &c->image;
    c->compiled.diagnostics = &c->diagnostics;
    c->compiled.report = &c->report;
}
static void end(compilation* c) {
    remit_text_free(&c->image);
    remit_text_free(&c->diagnostics);
    remit_text_free(&c->report);
}
*/
import "C"

import (
	"encoding/json"
	"errors"
	"runtime/cgo"
	"unsafe"
)

// Source is a policy's text. ReadFile reads what it names by `use "file"`, and says which paths are allowed; without it none is. Where
// Text is empty and ReadFile is there, the main file is read by it as well.
type Source struct {
	Path     string
	Text     string
	ReadFile func(path string) ([]byte, error)
}

// Engine decides. Auto is the interpreter at once, and native code as soon as it is made in the background.
type Engine uint32

// Engines.
const (
	Auto        Engine = C.REMIT_ENGINE_AUTO
	Interpreter Engine = C.REMIT_ENGINE_INTERPRETER
	Native      Engine = C.REMIT_ENGINE_NATIVE
)

type compiling func(rt *C.remit_runtime, c *C.compilation, failure *C.remit_error) C.remit_status

// compileWith runs one of the compiling functions; diagnostics are those of success.
func compileWith(source Source, wantsImage bool, body compiling) (image []byte, diagnostics []Diagnostic, err error) {
	var held memory
	defer held.free()
	job := &reading{readFile: source.ReadFile}
	handle := cgo.NewHandle(job)
	defer handle.Delete()

	c := (*C.compilation)(held.zeroed(unsafe.Sizeof(C.compilation{})))
	C.begin(c, C.uintptr_t(handle), truth(source.ReadFile != nil), truth(wantsImage))
	defer C.end(c)
	c.source.path = held.str(source.Path)
	if source.Text != "" || source.ReadFile == nil {
		c.source.text = held.str(source.Text)
	}
	err = run(func(rt *C.remit_runtime, failure *C.remit_error) C.remit_status { return body(rt, c, failure) })
	if job.panicked != nil {
		panic(job.panicked)
	}
	if c.diagnostics.size != 0 {
		if wrong := json.Unmarshal(bytesOf(&c.diagnostics), &diagnostics); wrong != nil && err == nil {
			err = wrong
		}
	}
	var known *Error
	if errors.As(err, &known) && known.Status == BadPolicy {
		err = &PolicyError{known.Message, diagnostics, string(bytesOf(&c.report))}
	}
	if err != nil {
		return nil, nil, err
	}
	return bytesOf(&c.image), diagnostics, nil
}

func truth(is bool) C.int {
	if is {
		return 1
	}
	return 0
}

// Compile makes a policy that decides. Errors of the text are a *PolicyError.
func Compile(source Source, engine Engine) (*Policy, error) {
	var handle C.remit_policy
	body := func(rt *C.remit_runtime, c *C.compilation, e *C.remit_error) C.remit_status {
		c.options.engine = C.remit_engine(engine)
		return C.remit_policy_compile(rt, &c.source, &c.options, &c.compiled, &handle, e)
	}
	_, diagnostics, err := compileWith(source, false, body)
	if err != nil {
		return nil, err
	}
	return newPolicy(handle, diagnostics), nil
}

// CompileImage makes an image, for Load here or elsewhere.
func CompileImage(source Source) ([]byte, error) {
	image, _, err := compileWith(source, true, func(rt *C.remit_runtime, c *C.compilation, e *C.remit_error) C.remit_status {
		return C.remit_compile(rt, &c.source, &c.compiled, e)
	})
	return image, err
}

// Recompile replaces what decides, for all goroutines at once. If the text has errors the policy goes on as it was.
func (p *Policy) Recompile(source Source) error {
	defer keep(p)
	_, _, err := compileWith(source, false, func(rt *C.remit_runtime, c *C.compilation, e *C.remit_error) C.remit_status {
		return C.remit_policy_recompile(rt, p.handle, &c.source, &c.compiled, e)
	})
	return err
}
