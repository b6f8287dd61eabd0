//! Cedar by its crate: policies parsed, entities with their transitive closure built and requests made beforehand.
use bench_peers::{measure, text, Counting, Workload};
use cedar_policy::{Authorizer, Context, Decision, Entities, Entity, EntityTypeName, EntityId, EntityUid, PolicySet, Request};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::str::FromStr;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn uid(kind: &str, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(EntityTypeName::from_str(kind).expect("a type"), EntityId::new(id))
}

/// Rules over tools: a user for each set of roles, whose parents are the roles.
fn of_tools(requests: &[Value], users: &mut Vec<Entity>) -> Vec<Request> {
    let mut known = HashSet::new();
    let resource = uid("Gateway", "main");
    let mut made = Vec::new();
    for q in requests {
        let mask = q["own_mask"].to_string();
        let user = uid("User", &mask);
        if known.insert(mask) {
            let roles = q["own_roles"].as_array().expect("roles").iter().map(|r| uid("Role", r.as_str().expect("a role"))).collect();
            users.push(Entity::new(user.clone(), HashMap::new(), roles).expect("an entity"));
        }
        let context = serde_json::json!({"tier": q["tier"], "score": q["score"]});
        let context = Context::from_json_value(context, None).expect("a context");
        made.push(Request::new(user, uid("Action", text(q, "tool")), resource.clone(), context, None).expect("a request"));
    }
    made
}

/// An application: principals, actions and resources by name.
fn of_application(requests: &[Value]) -> Vec<Request> {
    let of = |q: &Value| {
        let resource = uid(text(q, "resource_type"), text(q, "resource"));
        Request::new(uid("User", text(q, "principal")), uid("Action", text(q, "action")), resource, Context::empty(), None).expect("a request")
    };
    requests.iter().map(of).collect()
}

fn main() {
    let workload = Workload::from_arguments();
    let start = Instant::now();
    let policies = PolicySet::from_str(&workload.text("policy.cedar")).expect("policies");
    let load = start.elapsed();
    let mut users = Vec::new();
    let requests = if workload.requests[0].get("tool").is_some() {
        of_tools(&workload.requests, &mut users)
    } else {
        of_application(&workload.requests)
    };
    let entities = Entities::from_json_str(&workload.text("cedar_entities.json"), None).expect("entities");
    let entities = entities.add_entities(users, None).expect("entities");
    let authorizer = Authorizer::new();
    let decide = |i: usize| {
        let response = authorizer.is_authorized(&requests[i], &policies, &entities);
        if response.decision() == Decision::Allow { b'a' } else { b'd' }
    };
    measure("Cedar", "4.14.1", "per call", &workload, load, 2, &decide);
}
