package remit_test

import (
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"remit"
)

func TestJudgeAgreesWithDecide(t *testing.T) {
	d := newDesk(t, compile(t, policyText(t), remit.Interpreter))
	for _, amount := range []string{"0.00", "100.00", "100.01", "500.00", "500.01"} {
		check(t, d.request.SetDecimal(d.amount, amount))
		ruling, err := d.call.Judge(d.request)
		check(t, err)
		text, err := d.policy.Decide(refundJSON(amount))
		check(t, err)
		whole, err := d.call.Explain(d.request)
		check(t, err)
		want, got := read(t, text), read(t, whole)
		if ruling.Verdict.String() != want.Verdict || ruling.Risk != want.Risk || ruling.Policy.String() != want.Policy ||
			len(got.Rules) != len(want.Rules) {
			t.Errorf("%s: %+v, %s, %s", amount, ruling, text, whole)
		}
	}
}

func TestEngines(t *testing.T) {
	if engine := newDesk(t, compile(t, policyText(t), remit.Interpreter)).judge(t, 1).Engine; engine != remit.Interpreter {
		t.Error(engine)
	}
	if !remit.HasNative() {
		t.Skip("libremit was built without native code")
	}
	native := newDesk(t, compile(t, policyText(t), remit.Native))
	for cents, verdict := range map[int64]remit.Verdict{9900: remit.Allow, 30000: remit.Ask, 99900: remit.Deny} {
		if ruling := native.judge(t, cents); ruling.Verdict != verdict || ruling.Engine != remit.Native {
			t.Errorf("%d: %+v", cents, ruling)
		}
	}
	check(t, native.policy.AwaitNative(time.Second))
}

func TestDecimals(t *testing.T) {
	d := newDesk(t, compile(t, policyText(t), remit.Auto))
	for _, amount := range []string{"300", "+300", "300.0", "300.00"} {
		check(t, d.request.SetDecimal(d.amount, amount))
		if ruling, err := d.call.Judge(d.request); err != nil || ruling.Verdict != remit.Ask {
			t.Errorf("%s: %v %v", amount, ruling, err)
		}
	}
	for _, amount := range []string{"", ".", "-", "300.", ".5", "1.001", "dear", "1.-1", "1_0", "99999999999999999999", "NaN"} {
		if d.request.SetDecimal(d.amount, amount) == nil {
			t.Errorf("%q is taken", amount)
		}
	}
}

func TestValues(t *testing.T) {
	d := newDesk(t, compile(t, policyText(t), remit.Auto))
	fast, err := d.policy.Symbol(d.how.Vocabulary, "fast")
	check(t, err)
	slow, err := d.policy.Symbol(d.how.Vocabulary, "slow")
	check(t, err)
	notes, err := d.refund.Parameter("notes")
	check(t, err)
	public, err := d.policy.Symbol(remit.Classes, "public")
	check(t, err)
	reading, err := d.policy.Tool("orders.read")
	check(t, err)
	d.request.SetData(public).SetIsolation(remit.Sandbox).SetIDs("c-1", "c-0").SetWater(public, 0)
	for number, set := range []struct {
		change  func() *remit.Request
		verdict remit.Verdict
	}{
		{func() *remit.Request { return d.request.SetSymbol(d.how, slow) }, remit.Allow},
		{func() *remit.Request { return d.request.SetSymbol(d.how, fast) }, remit.Deny},
		{func() *remit.Request { return d.request.SetSymbol(d.how, slow).SetJSON(notes, `["a","b"]`) }, remit.Allow},
		{func() *remit.Request { return d.request.SetJSON(notes, `["a","b","c","d"]`) }, remit.Deny},
		{func() *remit.Request { return d.request.SetNull(notes) }, remit.Deny},
		{func() *remit.Request { return d.request.SetJSON(notes, `[]`) }, remit.Allow},
		{func() *remit.Request { return d.request.SetLabel(d.order, 0, reading.Origin()) }, remit.Allow},
		{func() *remit.Request { return d.request.SetLabel(d.order, 0, reading.Origin(), remit.Agent) }, remit.Deny},
	} {
		set.change()
		if ruling := d.judge(t, 1); ruling.Verdict != set.verdict {
			t.Errorf("%d: %+v", number, ruling)
		}
	}
}

func TestEffectsAndDenials(t *testing.T) {
	d := newDesk(t, compile(t, policyText(t), remit.Auto))
	ruling := d.judge(t, 30000)
	effects, err := d.call.Effects()
	check(t, err)
	asks := 0
	for _, effect := range effects {
		if effect.Kind == remit.AskEffect {
			asks++
			if effect.Number != 2 || effect.Name != "clerk" || effect.Span != time.Hour || len(effect.Words) != 1 || effect.Words[0] != "plan" {
				t.Errorf("%+v", effect)
			}
		}
	}
	if asks != 1 || ruling.Obligations != 1 || int(ruling.Effects) != len(effects) || ruling.Denial() != "" {
		t.Errorf("%+v, %d effects", ruling, len(effects))
	}
	if effects, err = d.call.Effects(); err != nil || len(effects) != 0 {
		t.Error(effects, err)
	}
	fields := clerk()
	fields.Revoked = true
	revoked, err := d.policy.Bind(fields)
	check(t, err)
	d.request.SetSession(revoked)
	if ruling = d.judge(t, 1); ruling.Verdict != remit.Deny || ruling.Denial() != "session-revoked" {
		t.Errorf("%+v %s", ruling, ruling.Denial())
	}
}

func TestTextsAreKept(t *testing.T) {
	d := newDesk(t, compile(t, policyText(t), remit.Auto))
	for number := range 2000 {
		d.request.SetText(d.order, strings.Repeat("x", number%50))
		if number%100 == 0 {
			runtime.GC()
		}
		if d.judge(t, int64(number)).Verdict != remit.Allow {
			t.Fatal(number)
		}
	}
}

func TestClosed(t *testing.T) {
	d := newDesk(t, compile(t, policyText(t), remit.Auto))
	other := compile(t, policyText(t), remit.Auto)
	session, err := d.policy.Bind(clerk())
	check(t, err)
	for _, thing := range []interface{ Close() error }{session, d.call, other} {
		check(t, thing.Close())
		if err := thing.Close(); !errors.Is(err, remit.BadHandle) {
			t.Errorf("got %v", err)
		}
	}
	_, judged := d.call.Judge(d.request)
	_, effects := d.call.Effects()
	_, explained := d.call.Explain(d.request)
	_, hashed := other.Hash()
	_, decided := other.Decide([]byte("{}"))
	_, opened := other.OpenCall()
	_, bound := other.Bind(clerk())
	_, found := other.Tool("payments.refund")
	call, err := d.policy.OpenCall()
	check(t, err)
	ruling, withClosed := call.Judge(d.request.SetSession(session))
	for number, err := range []error{judged, effects, explained, hashed, decided, opened, bound, found, withClosed} {
		if !errors.Is(err, remit.BadHandle) {
			t.Errorf("%d: %v", number, err)
		}
	}
	if ruling.Verdict != remit.Deny {
		t.Error("a failure does not deny")
	}
	check(t, d.policy.Close())
	if _, err := call.Judge(d.request); !errors.Is(err, remit.BadHandle) {
		t.Errorf("got %v", err)
	}
}

func TestOfAnother(t *testing.T) {
	one, two := newDesk(t, compile(t, policyText(t), remit.Auto)), newDesk(t, compile(t, policyText(t), remit.Auto))
	if _, err := one.call.Judge(one.request.SetSession(two.session)); !errors.Is(err, remit.WrongPolicy) {
		t.Errorf("got %v", err)
	}
	reading, err := two.policy.Tool("orders.read")
	check(t, err)
	if _, err := two.call.Judge(remit.NewRequest(two.session, reading, now).SetText(two.order, "A-1")); !errors.Is(err, remit.BadArgument) {
		t.Errorf("got %v", err)
	}
	_, tool := one.policy.Tool("nothing")
	_, parameter := reading.Parameter("nothing")
	_, state := one.policy.State("nothing")
	_, symbol := one.policy.Symbol(remit.Tiers, "nothing")
	for _, err := range []error{tool, parameter, state, symbol} {
		if !errors.Is(err, remit.UnknownName) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := (remit.Tool{}).Parameter("order"); !errors.Is(err, remit.BadArgument) {
		t.Errorf("got %v", err)
	}
}

func TestCleanup(t *testing.T) {
	policy := compile(t, policyText(t), remit.Auto)
	for range 20 {
		for range 100 {
			newDesk(t, policy).judge(t, 1)
		}
		runtime.GC()
	}
}

func TestGoroutinesDecideWhileItIsReloaded(t *testing.T) {
	policy := compile(t, policyText(t), remit.Auto)
	verdicts := map[remit.Hash]remit.Verdict{}
	var images [][]byte
	for text, verdict := range map[string]remit.Verdict{policyText(t): remit.Allow, stricterText(t): remit.Deny} {
		image, err := remit.CompileImage(remit.Source{Text: text})
		check(t, err)
		hash, err := compile(t, text, remit.Interpreter).Hash()
		check(t, err)
		images, verdicts[hash] = append(images, image), verdict
	}
	var done atomic.Bool
	var group sync.WaitGroup
	var judged [4]int
	for worker := range judged {
		d := newDesk(t, policy)
		group.Add(1)
		go func() {
			defer group.Done()
			for !done.Load() {
				ruling, err := d.call.Judge(d.request.SetInt(d.amount, 9900))
				if errors.Is(err, remit.Stale) {
					if err := d.lookUp(); err != nil && !errors.Is(err, remit.Stale) {
						t.Error(err)
						return
					}
					continue
				}
				if err != nil || verdicts[ruling.Policy] != ruling.Verdict {
					t.Errorf("%+v %v", ruling, err)
					return
				}
				judged[worker]++
			}
		}()
	}
	for number := range 20 {
		check(t, policy.Reload(images[number%2]))
		time.Sleep(10 * time.Millisecond)
	}
	done.Store(true)
	group.Wait()
	for _, count := range judged {
		if count == 0 {
			t.Error(judged)
		}
	}
}

func TestOneCallInManyGoroutines(t *testing.T) {
	d := newDesk(t, compile(t, policyText(t), remit.Auto))
	var group sync.WaitGroup
	for range 4 {
		request := remit.NewRequest(d.session, d.refund, now)
		group.Add(1)
		go func() {
			defer group.Done()
			for range 1000 {
				if _, err := d.call.Judge(request); err != nil && !errors.Is(err, remit.Busy) && !errors.Is(err, remit.BadHandle) {
					t.Error(err)
					return
				}
			}
		}()
	}
	for {
		if err := d.call.Close(); err == nil {
			break
		} else if !errors.Is(err, remit.Busy) {
			t.Error(err)
		}
	}
	group.Wait()
}
