//! What the runners of this folder share: reading a workload, checking answers, timing. One line of JSON for each measurement.
use serde_json::{json, Value};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

thread_local! { static ALLOCATIONS: Cell<u64> = const { Cell::new(0) }; }

/// Counts the allocations of the thread that asks.
pub struct Counting;
fn count() {
    let _ = ALLOCATIONS.try_with(|n| n.set(n.get() + 1));
}
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        System.alloc(layout)
    }
    unsafe fn dealloc(&self, p: *mut u8, layout: Layout) {
        System.dealloc(p, layout)
    }
    unsafe fn realloc(&self, p: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        System.realloc(p, layout, size)
    }
}

pub struct Workload {
    pub folder: PathBuf,
    pub requests: Vec<Value>,
    pub answers: Vec<u8>,
    pub seconds: f64,
}

impl Workload {
    /// From the command line: DIR SECONDS.
    pub fn from_arguments() -> Workload {
        let args: Vec<String> = std::env::args().collect();
        assert!(args.len() == 3, "usage: {} DIR SECONDS", args[0]);
        let folder = PathBuf::from(&args[1]);
        let lines = read(&folder.join("requests.jsonl"));
        Workload {
            requests: lines.lines().map(|l| serde_json::from_str(l).expect("a request")).collect(),
            answers: read(&folder.join("answers.txt")).trim().bytes().collect(),
            folder,
            seconds: args[2].parse().expect("seconds"),
        }
    }
    pub fn text(&self, name: &str) -> String {
        read(&self.folder.join(name))
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

pub fn text<'a>(v: &'a Value, key: &str) -> &'a str {
    v[key].as_str().unwrap_or_else(|| panic!("{key} is missing in {v}"))
}

fn fnv(answers: &[u8]) -> String {
    let hash = answers.iter().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}

fn rss_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kb = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).and_then(|l| l.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kb.unwrap_or(0.0) / 1024.0
}

/// `decide(i)` answers request i with `a`, `q` or `d`; `outcomes` is 2 where a side cannot tell ask from deny.
pub fn measure(side: &str, version: &str, column: &str, workload: &Workload, load: Duration, outcomes: u8, decide: &(dyn Fn(usize) -> u8 + Sync)) {
    let budget = Duration::from_secs_f64(workload.seconds);
    let mut got = Vec::new();
    let start = Instant::now();
    while got.len() < workload.answers.len() && (got.is_empty() || start.elapsed() < budget) {
        got.push(decide(got.len()));
    }
    let mean_guess = start.elapsed().as_nanos() as f64 / got.len() as f64;
    let wrong = got.iter().zip(&workload.answers).filter(|(g, w)| g != w && !(outcomes == 2 && **g == b'd' && **w == b'q')).count();
    let count = got.len();

    let batch = if mean_guess < 2000.0 { 16 } else { 1 };
    let before = ALLOCATIONS.with(Cell::get);
    let counted = count.min(256);
    for i in 0..counted {
        std::hint::black_box(decide(i));
    }
    let allocations = (ALLOCATIONS.with(Cell::get) - before) as f64 / counted as f64;

    let mut samples = Vec::with_capacity(1 << 20);
    let start = Instant::now();
    let mut i = 0;
    while start.elapsed() < budget && samples.len() < 1 << 20 {
        let t = Instant::now();
        for _ in 0..batch {
            std::hint::black_box(decide(i));
            i = if i + 1 == count { 0 } else { i + 1 };
        }
        samples.push(t.elapsed().as_nanos() as f64 / batch as f64);
    }
    let mean = samples.iter().sum::<f64>() / samples.len() as f64;
    samples.sort_by(f64::total_cmp);
    let one = rate(1, budget / 2, count, decide);
    let two = rate(2, budget / 2, count, decide);
    println!(
        "{}",
        json!({"side": side, "version": version, "column": column, "p50": samples[samples.len() / 2], "p99": samples[samples.len() * 99 / 100],
               "mean": mean, "batch": batch, "allocations": allocations, "two_threads": two / one, "rss_mb": rss_mb(),
               "load_ms": load.as_secs_f64() * 1e3, "checked": count, "wrong": wrong, "outcomes": outcomes, "digest": fnv(&got)})
    );
}

/// Decisions per second of `threads` threads together.
fn rate(threads: usize, time: Duration, count: usize, decide: &(dyn Fn(usize) -> u8 + Sync)) -> f64 {
    let done: u64 = std::thread::scope(|s| {
        let each: Vec<_> = (0..threads)
            .map(|t| {
                s.spawn(move || {
                    let start = Instant::now();
                    let mut n = 0u64;
                    let mut i = t * count / threads;
                    while start.elapsed() < time {
                        for _ in 0..4 {
                            std::hint::black_box(decide(i));
                            i = if i + 1 == count { 0 } else { i + 1 };
                        }
                        n += 4;
                    }
                    n
                })
            })
            .collect();
        each.into_iter().map(|h| h.join().expect("a thread")).sum()
    });
    done as f64 / time.as_secs_f64()
}
