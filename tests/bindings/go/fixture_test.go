package remit_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"remit"
)

var now = time.Unix(0, 1_790_000_000_000_000_000) // 2026-09-21T14:13:20Z

func policyText(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("../refunds.remit")
	check(t, err)
	return string(text)
}

func stricterText(t testing.TB) string {
	return policyText(t) + "block payments.refund because \"refunds are closed\"\n"
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func compile(t testing.TB, text string, engine remit.Engine) *remit.Policy {
	t.Helper()
	policy, err := remit.Compile(remit.Source{Text: text}, engine)
	check(t, err)
	return policy
}

func clerk() remit.SessionFields {
	return remit.SessionFields{ID: "s-9", Tier: "prod", Tenant: "acme", Owner: "ops@acme.example", Retention: "standard",
		Roles: []string{"clerk", "nobody"}, Scope: []string{"*"}, Expires: time.Unix(1_800_000_000, 0)}
}

// desk is a policy, a session, a call, and a request for a refund.
type desk struct {
	policy             *remit.Policy
	session            *remit.Session
	call               *remit.Call
	refund             remit.Tool
	order, amount, how remit.Parameter
	request            *remit.Request
}

func newDesk(t testing.TB, policy *remit.Policy) *desk {
	t.Helper()
	d := &desk{policy: policy}
	var err error
	d.session, err = policy.Bind(clerk())
	check(t, err)
	d.call, err = policy.OpenCall()
	check(t, err)
	check(t, d.lookUp())
	return d
}

func (d *desk) lookUp() error {
	refund, err := d.policy.Tool("payments.refund")
	if err != nil {
		return err
	}
	d.refund = refund
	for name, to := range map[string]*remit.Parameter{"order": &d.order, "amount": &d.amount, "how": &d.how} {
		if *to, err = refund.Parameter(name); err != nil {
			return err
		}
	}
	warned, err := d.policy.State("warned")
	if err != nil {
		return err
	}
	refunded, err := d.policy.State("refunded")
	if err != nil {
		return err
	}
	d.request = remit.NewRequest(d.session, refund, now).SetText(d.order, "A-1").SetLabel(d.order, 0, remit.User)
	d.request.SetMark(warned, false).SetCount(refunded, 0)
	return nil
}

func (d *desk) judge(t testing.TB, cents int64) remit.Ruling {
	t.Helper()
	ruling, err := d.call.Judge(d.request.SetInt(d.amount, cents))
	check(t, err)
	return ruling
}

func refundJSON(amount string) []byte {
	return []byte(fmt.Sprintf(`{"id":"r","session":{"id":"s-9","roles":["clerk"],"tier":"prod","tenant":"acme","owner":"ops@acme.example",
"scope":["*"],"retention":"standard","expires":"2027-01-15T08:00:00Z","revoked":false},
"call":{"id":"c","tool":"payments.refund","args":{"order":"A-1","amount":"%s"},"labels":{"order":{"sources":["user"]}}},
"facts":[],"state":{"version":1,"marks":{"warned":false},"counts":{"refunded":"0.00"}},
"context":{"time":"2026-09-21T14:13:20Z"},"signatures":[]}`, amount))
}

type decision struct {
	Verdict, Policy, Error string
	Risk                   int64
	Rules                  []struct{ Rule string }
}

func read(t testing.TB, text []byte) decision {
	t.Helper()
	var out decision
	check(t, json.Unmarshal(text, &out))
	return out
}
