package remit_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"remit"
)

func TestErrorsHavePlaces(t *testing.T) {
	text := policyText(t)
	wrong := strings.Replace(text, "args.amount <= 500.00", "args.amuont <= 500.00", 1)
	_, err := remit.Compile(remit.Source{Path: "desk.remit", Text: wrong}, remit.Auto)
	var bad *remit.PolicyError
	if !errors.As(err, &bad) || !errors.Is(err, remit.BadPolicy) {
		t.Fatalf("got %v", err)
	}
	line := 1 + strings.Count(text[:strings.Index(text, "args.amount <= 500.00")], "\n")
	first := bad.Diagnostics[0]
	if first.Severity != "error" || first.File != "desk.remit" || first.Line != line || !strings.Contains(bad.Report, "amuont") {
		t.Fatalf("got %v, report %s", first, bad.Report)
	}
}

func TestFilesAreReadByTheHost(t *testing.T) {
	main := strings.Replace(policyText(t), "policy acme.refunds", "policy acme.refunds\nuse \"roles.remit\"", 1)
	var asked []string
	policy, err := remit.Compile(remit.Source{Path: "dir/main.remit", Text: main, ReadFile: func(path string) ([]byte, error) {
		asked = append(asked, path)
		return []byte("role auditor\n"), nil
	}}, remit.Auto)
	check(t, err)
	description, err := policy.Describe()
	check(t, err)
	if !slices.Equal(asked, []string{"dir/roles.remit"}) || !strings.Contains(string(description), "auditor") {
		t.Fatalf("asked for %v, got %s", asked, description)
	}
	_, err = remit.Compile(remit.Source{Text: main, ReadFile: func(string) ([]byte, error) { return nil, os.ErrPermission }}, remit.Auto)
	var bad *remit.PolicyError
	if !errors.As(err, &bad) || !strings.Contains(bad.Report, os.ErrPermission.Error()) {
		t.Fatalf("got %v", err)
	}
	if _, err = remit.Compile(remit.Source{Text: main}, remit.Auto); !errors.Is(err, remit.BadPolicy) {
		t.Fatalf("got %v", err)
	}
	if _, err = remit.Compile(remit.Source{Path: "../refunds.remit", ReadFile: os.ReadFile}, remit.Auto); err != nil {
		t.Fatal(err)
	}
}

func TestPanicOfTheHostGoesOn(t *testing.T) {
	defer func() {
		if recover() != "a mistake of the host's" {
			t.Fatal("no panic")
		}
	}()
	remit.Compile(remit.Source{ReadFile: func(string) ([]byte, error) { panic("a mistake of the host's") }}, remit.Auto)
}

func TestImages(t *testing.T) {
	image, err := remit.CompileImage(remit.Source{Text: policyText(t)})
	check(t, err)
	policy, err := remit.Load(image, remit.Auto)
	check(t, err)
	loaded, err := policy.Hash()
	check(t, err)
	compiled, err := compile(t, policyText(t), remit.Auto).Hash()
	check(t, err)
	if loaded != compiled || !strings.HasPrefix(loaded.String(), "sha256:") {
		t.Fatalf("%v is not %v", loaded, compiled)
	}
	for _, bad := range [][]byte{nil, []byte("no image"), image[:len(image)-1]} {
		if _, err := remit.Load(bad, remit.Auto); !errors.Is(err, remit.BadImage) {
			t.Fatalf("got %v", err)
		}
	}
}

func TestVerdicts(t *testing.T) {
	policy := compile(t, policyText(t), remit.Auto)
	hash, err := policy.Hash()
	check(t, err)
	var requests [][]byte
	for amount, verdict := range map[string]string{"99.00": "allow", "300.00": "ask", "999.00": "deny"} {
		requests = append(requests, refundJSON(amount))
		text, err := policy.Decide(refundJSON(amount))
		check(t, err)
		if got := read(t, text); got.Verdict != verdict || got.Policy != hash.String() {
			t.Errorf("%s: %s", amount, text)
		}
	}
	for _, bad := range []string{"", "{", "[]", "\xff"} {
		text, err := policy.Decide([]byte(bad))
		check(t, err)
		if got := read(t, text); got.Verdict != "deny" || got.Error == "" {
			t.Errorf("%q: %s", bad, text)
		}
	}
	explained, err := policy.DecideExplained(requests[0])
	check(t, err)
	all, err := policy.DecideAll(requests)
	check(t, err)
	for i, text := range all {
		one, err := policy.Decide(requests[i])
		check(t, err)
		if string(text) != string(one) || len(explained) < 2 {
			t.Errorf("%s is not %s", text, one)
		}
	}
	if all, err = policy.DecideAll(nil); len(all) != 0 || err != nil {
		t.Error(all, err)
	}
}

func TestReload(t *testing.T) {
	d := newDesk(t, compile(t, policyText(t), remit.Auto))
	before, err := d.policy.Inspect()
	check(t, err)
	if d.judge(t, 9900).Verdict != remit.Allow {
		t.Fatal("denied")
	}
	image, err := remit.CompileImage(remit.Source{Text: stricterText(t)})
	check(t, err)
	check(t, d.policy.Reload(image))
	if _, err := d.call.Judge(d.request); !errors.Is(err, remit.Stale) {
		t.Fatalf("got %v", err)
	}
	check(t, d.lookUp())
	after, err := d.policy.Inspect()
	check(t, err)
	if ruling := d.judge(t, 9900); ruling.Verdict != remit.Deny || ruling.Policy != after.Hash || after.Version != 2 {
		t.Fatal(ruling, after)
	}
	if err := d.policy.Recompile(remit.Source{Text: "policy x\nallow\n"}); !errors.Is(err, remit.BadPolicy) {
		t.Fatalf("got %v", err)
	}
	if err := d.policy.Reload([]byte("no image")); !errors.Is(err, remit.BadImage) {
		t.Fatalf("got %v", err)
	}
	check(t, d.policy.Recompile(remit.Source{Text: policyText(t)}))
	again, err := d.policy.Inspect()
	check(t, err)
	if again.Hash != before.Hash || again.Version != 3 {
		t.Fatal(again)
	}
}
