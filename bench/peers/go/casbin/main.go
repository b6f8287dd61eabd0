// casbin: the model below, the policy loaded beforehand. Every rule is matched, as is casbin's way; roles are a bit mask, which is
// cheaper than its role manager.
package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/casbin/casbin/v3"
	"github.com/casbin/casbin/v3/model"

	"remit/bench/peers/measure"
)

const version = "3.10.0"

const effects = `
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
`
const ofTools = `
[request_definition]
r = tool, group, tier, score, roles
[policy_definition]
p = tool, tier, above, roles, eft
[matchers]
m = (r.tool == p.tool || p.tool == r.group || p.tool == "*") && r.tier == p.tier && above(r.score, p.above) && meets(r.roles, p.roles)
` + effects
const ofApplications = `
[request_definition]
r = sub, act, obj
[policy_definition]
p = act, relation, eft
[matchers]
m = r.act == p.act && related(r.sub, r.obj, p.relation)
` + effects

func above(a ...any) (any, error) {
	limit, err := strconv.Atoi(a[1].(string))
	return a[0].(float64) > float64(limit), err // the evaluator makes every number a float64
}

func meets(a ...any) (any, error) {
	mask, err := strconv.ParseUint(a[1].(string), 10, 32)
	return uint64(a[0].(float64))&mask != 0, err
}

func main() {
	w := measure.FromArguments()
	data := w.Data()
	text := ofTools
	if data != nil {
		text = ofApplications
	}
	m, err := model.NewModelFromString(text)
	measure.Must(err)
	start := time.Now()
	e, err := casbin.NewEnforcer(m)
	measure.Must(err)
	e.AddFunction("above", above)
	e.AddFunction("meets", meets)
	e.AddFunction("related", func(a ...any) (any, error) {
		return related(a[0].(map[string]any), a[1].(map[string]any), a[2].(string)), nil
	})
	var rules [][]string
	for line := range strings.Lines(w.Text("policy.casbin.csv")) {
		rules = append(rules, strings.Split(strings.TrimSpace(line), ", ")[1:])
	}
	_, err = e.AddPolicies(rules)
	measure.Must(err)
	load := time.Since(start)
	side := measure.Side{Name: "casbin", Version: version, Column: "per call", Load: load, Outcomes: 2}
	enforce := func(values ...any) byte {
		allowed, err := e.Enforce(values...)
		measure.Must(err)
		if allowed {
			return 'a'
		}
		return 'd'
	}
	if data == nil {
		requests := make([][]any, len(w.Requests))
		for i, q := range w.Requests {
			requests[i] = []any{q["tool"], q["group"], q["tier"], q["score"], q["role_mask"]}
		}
		w.Run(side, func(i int) byte { return enforce(requests[i]...) })
		return
	}
	principals, resources := data["principals"].(map[string]any), data["resources"].(map[string]any)
	type call struct{ principal, action, resource string }
	calls := make([]call, len(w.Requests))
	for i, q := range w.Requests {
		calls[i] = call{q["principal"].(string), q["action"].(string), q["resource"].(string)}
	}
	w.Run(side, func(i int) byte {
		c := &calls[i]
		return enforce(principals[c.principal], c.action, resources[c.resource])
	})
}
