package remit_test

import (
	"syscall"
	"testing"
	"time"

	"remit"
)

// cpu is the processor's time that this process has used: it says more than the clock where others use the machine, too.
func cpu() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func measure(b *testing.B, body func(i int)) {
	begin := cpu()
	for i := range b.N {
		body(i)
	}
	b.ReportMetric(float64(cpu()-begin)/float64(b.N), "cpu-ns/op")
}

func nativeDesk(b *testing.B) *desk {
	d := newDesk(b, compile(b, policyText(b), remit.Auto))
	if remit.HasNative() {
		check(b, d.policy.AwaitNative(time.Minute))
	}
	b.ResetTimer()
	return d
}

func BenchmarkTyped(b *testing.B) {
	d := nativeDesk(b)
	measure(b, func(i int) {
		if ruling, err := d.call.Judge(d.request.SetInt(d.amount, int64(i%10_000))); err != nil || ruling.Verdict != remit.Allow {
			b.Fatal(ruling, err)
		}
	})
}

func BenchmarkTypedText(b *testing.B) {
	d := nativeDesk(b)
	measure(b, func(i int) {
		d.request.SetText(d.order, "A-1").SetInt(d.amount, int64(i%10_000))
		if ruling, err := d.call.Judge(d.request); err != nil || ruling.Verdict != remit.Allow {
			b.Fatal(ruling, err)
		}
	})
}

func BenchmarkJSON(b *testing.B) {
	d := nativeDesk(b)
	request := refundJSON("9.00")
	measure(b, func(int) {
		if _, err := d.policy.Decide(request); err != nil {
			b.Fatal(err)
		}
	})
}
