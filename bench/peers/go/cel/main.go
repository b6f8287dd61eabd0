// cel-go: one program for each rule, constants folded when it is made. CEL has no set of policies, so the host does what a host
// does: a map from tool (or action) to its programs, the strictest first, until one holds.
package main

import (
	"strings"
	"time"

	"cel.dev/cel-go/cel"

	"remit/bench/peers/measure"
)

const version = "0.32.0"

type rules struct{ block, ask, allow []cel.Program }

func (r *rules) add(effect string, p cel.Program) {
	switch effect {
	case "block":
		r.block = append(r.block, p)
	case "ask":
		r.ask = append(r.ask, p)
	default:
		r.allow = append(r.allow, p)
	}
}

func any(programs []cel.Program, input cel.Activation) bool {
	for _, p := range programs {
		out, _, err := p.Eval(input)
		measure.Must(err)
		if out.Value() == true {
			return true
		}
	}
	return false
}

func (r *rules) decide(input cel.Activation) byte {
	if r == nil || any(r.block, input) || !any(r.allow, input) {
		return 'd'
	}
	if any(r.ask, input) {
		return 'q'
	}
	return 'a'
}

func compile(env *cel.Env, text string) cel.Program {
	ast, issues := env.Compile(text)
	measure.Must(issues.Err())
	program, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
	measure.Must(err)
	return program
}

func main() {
	w := measure.FromArguments()
	data := w.Data()
	env, err := cel.NewEnv(cel.Variable("tier", cel.StringType), cel.Variable("score", cel.IntType),
		cel.Variable("roles", cel.ListType(cel.StringType)), cel.Variable("principal", cel.MapType(cel.StringType, cel.DynType)),
		cel.Variable("resource", cel.MapType(cel.StringType, cel.DynType)), cel.Variable("name", cel.StringType),
		cel.Variable("id", cel.StringType))
	measure.Must(err)
	start := time.Now()
	lines := strings.Split(strings.TrimSpace(w.Text("policy.cel")), "\n")
	by := map[string]*rules{}
	covered := map[string][]string{} // a group or * -> the tools that requests name
	for _, q := range w.Requests {
		if tool, ok := q["tool"].(string); ok && by[tool] == nil {
			by[tool] = &rules{}
			covered["*"] = append(covered["*"], tool)
			covered[q["group"].(string)] = append(covered[q["group"].(string)], tool)
		}
	}
	for _, line := range lines {
		part := strings.SplitN(line, "\t", 3)
		program := compile(env, part[2])
		names := covered[part[1]]
		if names == nil {
			names = []string{part[1]}
		}
		for _, name := range names {
			if by[name] == nil {
				by[name] = &rules{}
			}
			by[name].add(part[0], program)
		}
	}
	load := time.Since(start)
	side := measure.Side{Name: "cel-go", Version: version, Column: "per call", Load: load, Outcomes: 3}
	if data == nil {
		tools := make([]string, len(w.Requests))
		inputs := make([]cel.Activation, len(w.Requests))
		for i, q := range w.Requests {
			var roles []string
			for _, r := range q["roles"].([]interface{}) {
				roles = append(roles, r.(string))
			}
			tools[i] = q["tool"].(string)
			inputs[i], err = cel.NewActivation(map[string]interface{}{"tier": q["tier"], "score": int64(q["score"].(float64)), "roles": roles})
			measure.Must(err)
		}
		w.Run(side, func(i int) byte { return by[tools[i]].decide(inputs[i]) })
		return
	}
	// Applications: the records of principal and resource are found by name, as part of the decision.
	principals, resources := data["principals"].(map[string]interface{}), data["resources"].(map[string]interface{})
	type call struct{ principal, action, resource string }
	calls := make([]call, len(w.Requests))
	for i, q := range w.Requests {
		calls[i] = call{q["principal"].(string), q["action"].(string), q["resource"].(string)}
	}
	w.Run(side, func(i int) byte {
		c := &calls[i]
		input, err := cel.NewActivation(map[string]interface{}{
			"principal": principals[c.principal], "resource": resources[c.resource], "name": c.principal, "id": c.resource})
		measure.Must(err)
		return by[c.action].decide(input)
	})
}
