//! Rego by regorus: the policy compiled to its virtual machine's code for one entry point, a warm machine for each thread, the inputs
//! parsed beforehand.
use bench_peers::{measure, Counting, Workload};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::utils::limits::PolicyLengthConfig;
use regorus::{Engine, Value};
use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const ENTRY: &str = "data.bench.decision";

fn main() {
    let workload = Workload::from_arguments();
    let data = std::fs::read_to_string(workload.folder.join("data.json")).unwrap_or_else(|_| "{}".to_string());
    let data = Value::from_json_str(&data).expect("data");
    let start = Instant::now();
    let mut engine = Engine::new();
    let most = NonZeroUsize::new(1 << 30).expect("not zero"); // the default stops at a mebibyte of policy
    engine.set_policy_length_config(PolicyLengthConfig { max_file_bytes: most, max_lines: most, max_col: 4096.try_into().expect("not zero") });
    engine.add_policy("policy.rego".to_string(), workload.text("policy.rego")).expect("a policy");
    engine.add_data(data.clone()).expect("data");
    let compiled = engine.compile_with_entrypoint(&ENTRY.into()).expect("a policy");
    let program = Compiler::compile_from_policy(&compiled, &[ENTRY]);
    let load = start.elapsed();
    let inputs: Vec<Value> = workload.requests.iter().map(|q| Value::from_json_str(&q.to_string()).expect("an input")).collect();
    thread_local! { static MACHINE: RefCell<Option<RegoVM>> = const { RefCell::new(None) }; }
    let decide = |i: usize| {
        let answer = match &program {
            Ok(program) => MACHINE.with_borrow_mut(|slot| {
                let machine = slot.get_or_insert_with(|| {
                    let mut vm = RegoVM::new();
                    vm.load_program(program.clone());
                    vm.set_data(data.clone()).expect("data");
                    vm
                });
                machine.set_input(inputs[i].clone());
                machine.execute().map_err(|e| e.to_string())
            }),
            Err(_) => compiled.eval_with_input(inputs[i].clone()).map_err(|e| e.to_string()), // too large for the machine
        };
        match answer.expect("a decision") {
            Value::String(s) if s.as_ref() == "allow" => b'a',
            Value::String(s) if s.as_ref() == "ask" => b'q',
            _ => b'd',
        }
    };
    measure("regorus", "0.14.1", "per call", &workload, load, 3, &decide);
}
