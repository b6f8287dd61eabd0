// Package measure is what the runners of this folder share: reading a workload, checking answers, timing. One line of JSON for each
// measurement.
package measure

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

type Request = map[string]any

type Workload struct {
	Folder   string
	Requests []Request
	Answers  []byte
	Budget   time.Duration
}

// FromArguments reads the workload that the command line names: DIR SECONDS.
func FromArguments() Workload {
	if len(os.Args) != 3 {
		log.Fatalf("usage: %s DIR SECONDS", os.Args[0])
	}
	seconds, err := strconv.ParseFloat(os.Args[2], 64)
	Must(err)
	w := Workload{Folder: os.Args[1], Budget: time.Duration(seconds * float64(time.Second))}
	lines := bufio.NewScanner(strings.NewReader(w.Text("requests.jsonl")))
	for lines.Scan() {
		var q Request
		Must(json.Unmarshal(lines.Bytes(), &q))
		w.Requests = append(w.Requests, q)
	}
	w.Answers = []byte(strings.TrimSpace(w.Text("answers.txt")))
	return w
}

func (w Workload) Text(name string) string {
	text, err := os.ReadFile(filepath.Join(w.Folder, name))
	Must(err)
	return string(text)
}

// Data is the workload's data.json: what applications know about principals and resources. Nil for rules over tools.
func (w Workload) Data() map[string]any {
	text, err := os.ReadFile(filepath.Join(w.Folder, "data.json"))
	if os.IsNotExist(err) {
		return nil
	}
	Must(err)
	var data map[string]any
	Must(json.Unmarshal(text, &data))
	return data
}

func Must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

type Side struct {
	Name, Version, Column string
	Load                  time.Duration
	Outcomes              int // 2 where the side cannot tell ask from deny
}

// Run checks and times decide, which answers request i with 'a', 'q' or 'd' and may be called from many goroutines.
func (w Workload) Run(side Side, decide func(i int) byte) {
	var got []byte
	start := time.Now()
	for len(got) < len(w.Answers) && (len(got) == 0 || time.Since(start) < w.Budget) {
		got = append(got, decide(len(got)))
	}
	guess := time.Since(start) / time.Duration(len(got))
	wrong, count := 0, len(got)
	for i, g := range got {
		if g != w.Answers[i] && !(side.Outcomes == 2 && g == 'd' && w.Answers[i] == 'q') {
			wrong++
		}
	}
	digest := fnv.New64a()
	digest.Write(got)

	batch := 1
	if guess < 2*time.Microsecond {
		batch = 16
	}
	var before, after runtime.MemStats
	counted := min(count, 256)
	runtime.ReadMemStats(&before)
	for i := range counted {
		decide(i)
	}
	runtime.ReadMemStats(&after)

	var samples []float64
	i := 0
	for start = time.Now(); time.Since(start) < w.Budget && len(samples) < 1<<20; {
		t := time.Now()
		for range batch {
			decide(i)
			if i++; i == count {
				i = 0
			}
		}
		samples = append(samples, float64(time.Since(t).Nanoseconds())/float64(batch))
	}
	mean := 0.0
	for _, s := range samples {
		mean += s / float64(len(samples))
	}
	slices.Sort(samples)
	one := rate(1, w.Budget/2, count, decide)
	two := rate(2, w.Budget/2, count, decide)
	line, err := json.Marshal(map[string]any{
		"side": side.Name, "version": side.Version, "column": side.Column, "p50": samples[len(samples)/2],
		"p99": samples[len(samples)*99/100], "mean": mean, "batch": batch,
		"allocations": float64(after.Mallocs-before.Mallocs) / float64(counted), "two_threads": two / one,
		"rss_mb": resident(), "load_ms": side.Load.Seconds() * 1e3, "checked": count, "wrong": wrong,
		"outcomes": side.Outcomes, "digest": fmt.Sprintf("%016x", digest.Sum64()),
	})
	Must(err)
	fmt.Println(string(line))
}

// rate is the number of decisions a second of that many threads together.
func rate(threads int, d time.Duration, count int, decide func(i int) byte) float64 {
	var wait sync.WaitGroup
	done := make([]int, threads)
	for t := range threads {
		wait.Go(func() {
			n, i := 0, t*count/threads
			for start := time.Now(); time.Since(start) < d; n += 4 {
				for range 4 {
					decide(i)
					if i++; i == count {
						i = 0
					}
				}
			}
			done[t] = n
		})
	}
	wait.Wait()
	total := 0
	for _, n := range done {
		total += n
	}
	return float64(total) / d.Seconds()
}

func resident() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
			return kb / 1024
		}
	}
	return 0
}
