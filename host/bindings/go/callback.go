package remit

// #include <remit/compile.h>
import "C"

import "runtime/cgo"

// reading is what a cgo.Handle in remit_source.user stands for while the compiler runs.
type reading struct {
	readFile func(path string) ([]byte, error)
	panicked any
}

//export remitGoReadFile
func remitGoReadFile(user C.uintptr_t, path C.remit_str, out *C.remit_text) (status C.remit_status) {
	job := cgo.Handle(user).Value().(*reading)
	defer func() {
		// A panic must not go through the compiler's frames; it goes on when they are gone.
		if panicked := recover(); panicked != nil {
			job.panicked = panicked
			status = C.REMIT_CALLBACK
		}
	}()
	text, err := job.readFile(stringOf(path))
	if err != nil {
		C.remit_text_set(out, strOf(err.Error()))
		return C.REMIT_CALLBACK
	}
	return C.remit_text_set(out, strOfBytes(text))
}
