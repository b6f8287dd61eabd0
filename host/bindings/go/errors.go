package remit

// #include <remit/base.h>
import "C"

import (
	"encoding/json"
	"fmt"
)

// Status says what kind of failure an error is: errors.Is(err, remit.Stale).
type Status int32

// The numbers of remit/base.h.
const (
	BadArgument Status = 1
	BadHandle   Status = 2 // closed
	BadVersion  Status = 3
	TooLarge    Status = 4
	WrongPolicy Status = 5 // a session or a tool of another policy
	Stale       Status = 6 // a tool that was looked up before the policy was reloaded: look it up again
	UnknownName Status = 7
	BadPolicy   Status = 8 // the text has errors: see PolicyError
	BadImage    Status = 9
	NoNative    Status = 10
	NotReady    Status = 11
	Busy        Status = 12 // another goroutine uses this call
	Callback    Status = 13 // a function of the host reported a failure
	NoMemory    Status = 14
	Internal    Status = 15
)

func (s Status) Error() string { return C.GoString(C.remit_status_name(C.remit_status(s))) }

// Error is what every function that fails returns, or a *PolicyError.
type Error struct {
	Status  Status
	Message string
}

func (e *Error) Error() string { return "remit: " + e.Message }

// Unwrap makes errors.Is work with a Status.
func (e *Error) Unwrap() error { return e.Status }

// Diagnostic is one thing that the compiler has to say. Lines and columns count from 1.
type Diagnostic struct {
	Code      string            `json:"code"`
	Name      string            `json:"name"`
	Severity  string            `json:"severity"`
	File      string            `json:"file"`
	Line      int               `json:"line"`
	Column    int               `json:"column"`
	EndLine   int               `json:"end_line"`
	EndColumn int               `json:"end_column"`
	Message   string            `json:"message"`
	Help      string            `json:"help"`
	Notes     []json.RawMessage `json:"notes"`
}

func (d Diagnostic) String() string {
	return fmt.Sprintf("%s:%d:%d: %s[%s]: %s", d.File, d.Line, d.Column, d.Severity, d.Code, d.Message)
}

// PolicyError says that the text of a policy has errors. Report is for people, with the lines in question.
type PolicyError struct {
	Message     string
	Diagnostics []Diagnostic
	Report      string
}

func (e *PolicyError) Error() string { return "remit: " + e.Message }

// Unwrap makes errors.Is(err, BadPolicy) work.
func (e *PolicyError) Unwrap() error { return BadPolicy }

func errorOf(status C.remit_status, failure *C.remit_error) error {
	return &Error{Status(status), C.GoString(&failure.message[0])}
}

func closedError(what string) error { return &Error{BadHandle, "the " + what + " is closed"} }
