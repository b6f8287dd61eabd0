package remit

// #include <remit/vm.h>
import "C"

import (
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"
)

// SessionFields are a request's "session". A session that lacks something is bound, and its calls are denied.
type SessionFields struct {
	ID, Tier, Tenant, Owner, Retention, Principal string

	Roles   []string // names that the policy does not know are ignored
	Scope   []string // globs over tools
	Expires time.Time
	Revoked bool
}

// Session is an agent's, bound to a policy; it stays valid when the policy is reloaded.
type Session struct {
	policy *Policy
	handle C.remit_session
	closed *atomic.Bool
}

// Bind binds a session, once.
func (p *Policy) Bind(fields SessionFields) (*Session, error) {
	defer keep(p)
	var held memory
	defer held.free()
	c := (*C.remit_session_fields)(held.zeroed(unsafe.Sizeof(C.remit_session_fields{})))
	c.size = C.sizeof_remit_session_fields
	c.revoked = C.uint32_t(truth(fields.Revoked))
	c.id, c.tier, c.tenant = held.str(fields.ID), held.str(fields.Tier), held.str(fields.Tenant)
	c.owner, c.retention, c.principal = held.str(fields.Owner), held.str(fields.Retention), held.str(fields.Principal)
	c.roles, c.role_count = held.strs(fields.Roles), C.size_t(len(fields.Roles))
	c.scope, c.scope_count = held.strs(fields.Scope), C.size_t(len(fields.Scope))
	if !fields.Expires.IsZero() {
		c.expires = C.int64_t(fields.Expires.UnixNano())
	}
	var handle C.remit_session
	err := run(func(rt *C.remit_runtime, failure *C.remit_error) C.remit_status {
		return C.remit_session_bind(rt, p.handle, c, &handle, failure)
	})
	if err != nil {
		return nil, err
	}
	session := &Session{p, handle, new(atomic.Bool)}
	closed := session.closed
	runtime.AddCleanup(session, func(handle C.remit_session) { closeSession(handle, closed) }, handle)
	return session, nil
}

func closeSession(handle C.remit_session, closed *atomic.Bool) error {
	if closed.Swap(true) {
		return closedError("session")
	}
	return run(func(rt *C.remit_runtime, _ *C.remit_error) C.remit_status { return C.remit_session_free(rt, handle) })
}

// Close frees it. A second Close is an error.
func (s *Session) Close() error {
	defer keep(s)
	return closeSession(s.handle, s.closed)
}
